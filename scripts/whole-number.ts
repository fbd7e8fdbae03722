/** A flag's count. Throws where it is no whole number: a loop of none would find nothing wrong. */
export function wholeNumber(flag: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${flag} ${text} is no whole number`);
  return Number(text);
}
