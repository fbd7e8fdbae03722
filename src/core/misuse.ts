/**
 * Thrown where a caller asked for what cannot be: a strategy's mistake, told at the line that made it. The price of an order that its
 * market lacks, an order that does not exist, a book read after its callback.
 */
export class Misuse extends RangeError {
  override name = 'Misuse';
}
