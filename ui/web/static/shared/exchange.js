// Hands values from one page to another, such as papers to compare; neither page imports the other.

const receivers = new Map(); // name -> function
const waiting = new Map(); // name -> values that came before their receiver

/** Calls `take` with every value that is sent under `name`, also with those that were sent before. */
export function receive(name, take) {
  receivers.set(name, take);
  for (const value of waiting.get(name) ?? []) take(value);
  waiting.delete(name);
}

export function send(name, value) {
  const take = receivers.get(name);
  if (take) take(value);
  else waiting.set(name, [...(waiting.get(name) ?? []), value]);
}
