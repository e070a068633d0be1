const parts = (text: string): [string, string] => {
  const [whole = '', fraction = ''] = text.split('.');
  return [whole.replace(/^0+(?=\d)/, ''), fraction.replace(/0+$/, '')];
};

/** Compares decimal numbers without a sign, however many digits they have: negative when `a` is the smaller one. */
export function compareDecimals(a: string, b: string): number {
  const [[wholeA, fractionA], [wholeB, fractionB]] = [parts(a), parts(b)];
  if (wholeA.length !== wholeB.length) return wholeA.length - wholeB.length;
  if (wholeA !== wholeB) return wholeA < wholeB ? -1 : 1;
  if (fractionA === fractionB) return 0;
  return fractionA < fractionB ? -1 : 1;
}
