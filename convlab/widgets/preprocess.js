// From a drawing to what the network was trained on: a digit prepared as MNIST's were.
// Ink is a square Float32Array of side INK, values 0 (paper) to 1 (ink), four points a cell.

export const CELLS = 28;
export const FINENESS = 4;
export const INK = CELLS * FINENESS;
const BOX = 20; // MNIST scales each digit, keeping its proportions, into a 20x20 box
export const CENTRE = 14.5; // MNIST puts the centre of mass in the middle of cell (14, 14)

/** Smallest rectangle of a square picture that holds all ink, or null for an empty one. */
export function boundingBox(picture, side) {
  let [top, left, bottom, right] = [side, side, -1, -1];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (picture[y * side + x] === 0) continue;
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      left = Math.min(left, x);
      right = Math.max(right, x);
    }
  }
  return bottom < 0 ? null : { top, left, height: bottom - top + 1, width: right - left + 1 };
}

/** Mean ink over the area that each of height x width points covers inside the box. */
function shrink(ink, box, height, width) {
  const small = new Float32Array(height * width);
  const [stepY, stepX] = [box.height / height, box.width / width];
  for (let y = 0; y < height; y++) {
    const rows = overlaps(y * stepY, (y + 1) * stepY, box.height);
    for (let x = 0; x < width; x++) {
      const columns = overlaps(x * stepX, (x + 1) * stepX, box.width);
      let sum = 0;
      for (const [row, high] of rows) {
        const start = (box.top + row) * INK + box.left;
        for (const [column, wide] of columns) sum += high * wide * ink[start + column];
      }
      small[y * width + x] = sum / (stepY * stepX);
    }
  }
  return small;
}

/** Whole points that [from, to) touches, each with the length that it covers of it. */
function overlaps(from, to, limit) {
  const touched = [];
  for (let i = Math.floor(from); i < Math.min(Math.ceil(to), limit); i++) {
    touched.push([i, Math.min(i + 1, to) - Math.max(i, from)]);
  }
  return touched;
}

/** Centre of mass of a grey picture, in points from its upper left corner. */
function centreOfMass(picture, width) {
  let [mass, momentY, momentX] = [0, 0, 0];
  picture.forEach((value, i) => {
    mass += value;
    momentY += value * (Math.floor(i / width) + 0.5);
    momentX += value * ((i % width) + 0.5);
  });
  return [momentY / mass, momentX / mass];
}

/**
 * Crop to the ink, scale the longer side to 20, put the centre of mass at the centre of 28x28.
 * Returns 784 grey levels, 0 to 255. A digit of MNIST comes out exactly as it went in.
 */
export function prepareLikeMnist(ink) {
  const digit = new Uint8Array(CELLS * CELLS);
  const box = boundingBox(ink, INK);
  if (!box) return digit;
  const scale = BOX / Math.max(box.height, box.width);
  const height = Math.max(1, Math.round(box.height * scale));
  const width = Math.max(1, Math.round(box.width * scale));
  const small = shrink(ink, box, height, width);
  const [y, x] = centreOfMass(small, width);
  const top = place(CENTRE - y, height);
  const left = place(CENTRE - x, width);
  small.forEach((value, i) => {
    const at = (top + Math.floor(i / width)) * CELLS + left + (i % width);
    digit[at] = Math.round(255 * Math.min(1, value));
  });
  return digit;
}

/** The nearest whole offset at which a picture of that size stays inside the 28 cells. */
function place(offset, size) {
  return Math.min(CELLS - size, Math.max(0, Math.round(offset)));
}

/** A 28x28 digit as ink, so that one can go on drawing on it. */
export function inkFromDigit(digit) {
  return Float32Array.from({ length: INK * INK }, (_, i) => {
    const row = Math.floor(i / INK / FINENESS);
    const column = Math.floor((i % INK) / FINENESS);
    return digit[row * CELLS + column] / 255;
  });
}

/** Ink (or erase) a round dot with a soft edge. */
export function dot(ink, y, x, radius, erase) {
  const [fromY, toY] = [Math.max(0, Math.floor(y - radius)), Math.min(INK - 1, y + radius + 1)];
  const [fromX, toX] = [Math.max(0, Math.floor(x - radius)), Math.min(INK - 1, x + radius + 1)];
  for (let row = fromY; row <= toY; row++) {
    for (let column = fromX; column <= toX; column++) {
      const distance = Math.hypot(row + 0.5 - y, column + 0.5 - x);
      const strength = Math.min(1, Math.max(0, radius + 0.5 - distance));
      const at = row * INK + column;
      ink[at] = erase ? Math.min(ink[at], 1 - strength) : Math.max(ink[at], strength);
    }
  }
}

/** Dots close enough to be a line. */
export function stroke(ink, from, to, radius, erase) {
  const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])));
  for (let i = 0; i <= steps; i++) {
    const t = i / steps;
    const y = from[0] + t * (to[0] - from[0]);
    const x = from[1] + t * (to[1] - from[1]);
    dot(ink, y, x, radius, erase);
  }
}
