/** Widths of panes beside each other, as shares of the whole. */

/** With the divider after pane `divider` moved by a share `by`; no pane becomes narrower than `least`. */
export function moved(shares: readonly number[], divider: number, by: number, least: number): readonly number[] {
  const left = shares[divider];
  const right = shares[divider + 1];
  if (left === undefined || right === undefined) return shares;
  const room = left + right;
  const next = Math.min(Math.max(left + by, Math.min(least, room / 2)), room - Math.min(least, room / 2));
  return shares.map((share, place) => (place === divider ? next : place === divider + 1 ? room - next : share));
}

/** Shares that were kept, if they are what they should be: so many, and the whole together. */
export function checked(kept: unknown, otherwise: readonly number[]): readonly number[] {
  if (!Array.isArray(kept) || kept.length !== otherwise.length) return otherwise;
  const shares = kept.filter((share): share is number => typeof share === "number" && share > 0.02);
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.length === otherwise.length && Math.abs(sum - 1) < 0.01 ? shares : otherwise;
}
