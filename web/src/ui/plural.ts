/** Counted words. English and German have the same two forms, and 0 takes the second. */
export function plural(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
