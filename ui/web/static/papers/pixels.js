// Round points drawn pixel by pixel. For thousands of points this takes a tenth of the time that circles or
// small pictures take.

/** The pixels of a disc: their offsets from its middle, and how much of each is covered (0 to 1). */
export function disc(radius) {
  const reach = Math.ceil(radius + 0.5), dx = [], dy = [], cover = [];
  for (let y = -reach; y <= reach; y++) for (let x = -reach; x <= reach; x++) {
    const covered = Math.min(1, radius + 0.5 - Math.hypot(x, y));
    if (covered > 0) { dx.push(x); dy.push(y); cover.push(covered); }
  }
  return { dx, dy, cover };
}

/** Draws a disc into `picture` (an ImageData), over what is there. The colour is [red, green, blue], 0 to 255. */
export function drawDisc(picture, x, y, { dx, dy, cover }, [red, green, blue], opacity) {
  const { data, width, height } = picture;
  for (let at = 0; at < cover.length; at++) {
    const px = x + dx[at], py = y + dy[at];
    if (px < 0 || py < 0 || px >= width || py >= height) continue;
    const to = 4 * (py * width + px), over = cover[at] * opacity, under = (data[to + 3] / 255) * (1 - over), sum = over + under;
    data[to] = (red * over + data[to] * under) / sum;
    data[to + 1] = (green * over + data[to + 1] * under) / sum;
    data[to + 2] = (blue * over + data[to + 2] * under) / sum;
    data[to + 3] = 255 * sum;
  }
}
