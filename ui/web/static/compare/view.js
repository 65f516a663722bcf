// The view of the table: the order of its rows and columns, its filters, its groups, its hidden columns. Plain data.

/**
 * A view that shows everything. `filters` are {only, has} by aspect: a status, and a text that is contained; `sort` is
 * {aspect, way, numbers} or null, `group` the name of an aspect or null, `folded` the groups that are closed, `order` the
 * aspects that the reader has moved, `widths` pixels by aspect, `one` the column that a phone shows ("": all).
 * "" is the column of the papers.
 */
export const newView = () => (
  { sort: null, filters: {}, hidden: [], words: "", group: null, folded: [], order: [], widths: {}, one: null });

/** The filters with a change to the one on `aspect`; a filter that filters nothing is left out. */
export function changeFilter(filters, aspect, change) {
  const { [aspect]: before, ...others } = filters, filter = { ...before, ...change };
  return filter.only || filter.has ? { ...others, [aspect]: filter } : others;
}

/** `aspects` in the reader's order; those that were not moved begin with the reader's own, that is, not with `defaults`. */
export function orderColumns(aspects, { order }, defaults = []) {
  const usual = new Set(defaults), own = aspects.filter((one) => !usual.has(one)), others = aspects.filter((one) => usual.has(one));
  const moved = order.filter((one) => aspects.includes(one)), wanted = [...own, ...others];
  if (!moved.length) return wanted;
  const late = wanted.filter((one) => !moved.includes(one));
  return [...late.filter((one) => !usual.has(one)), ...moved, ...late.filter((one) => usual.has(one))];
}

/** `order` with `aspect` moved by `step` places among those that are shown. */
export function moveColumn(order, aspect, step, hidden = []) {
  const shown = order.filter((one) => !hidden.includes(one)), at = shown.indexOf(aspect), other = shown[at + step];
  return at < 0 || other === undefined ? order : placeColumn(order, aspect, other);
}

/** `order` with `aspect` at the place of `other`. */
export function placeColumn(order, aspect, other) {
  const from = order.indexOf(aspect), to = order.indexOf(other);
  if (from < 0 || to < 0 || from === to) return order;
  const rest = order.filter((one) => one !== aspect);
  rest.splice(to, 0, aspect);
  return rest;
}

/** What differs from a new view, as [{label, text, change}]: `change` is what undoes it. */
export function describeView(view, aspects) {
  const { sort, filters, hidden, group } = view, name = (aspect) => aspect || "paper";
  const ofColumns = hidden.filter((aspect) => aspects.includes(aspect)).map((aspect) => (
    { label: `Show ${aspect}`, text: `${aspect} hidden`, change: { hidden: hidden.filter((other) => other !== aspect) } }));
  const ofFilters = Object.entries(filters).map(([aspect, { only, has }]) => {
    const what = [only?.replace("_", " "), has && `“${has}”`].filter(Boolean).join(", ");
    const change = { filters: changeFilter(filters, aspect, { only: "", has: "" }) };
    return { label: `Remove the filter on ${aspect}`, text: `${aspect || "Paper"}: ${what}`, change };
  });
  const ways = sort?.numbers ? ["smallest first", "largest first"] : ["A–Z", "Z–A"];
  const ofSort = sort && (!sort.aspect || aspects.includes(sort.aspect)) ? [{
    label: "Back to the order of the papers",
    text: `by ${name(sort.aspect)}, ${ways[sort.way > 0 ? 0 : 1]}`,
    change: { sort: null },
  }] : [];
  const ofGroup = aspects.includes(group)
    ? [{ label: "Remove the groups", text: `grouped by ${group}`, change: { group: null, folded: [] } }] : [];
  return [...ofColumns, ...ofFilters, ...ofGroup, ...ofSort];
}
