type Kept<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** Leaves out what was not asked for: the contracts know no undefined. */
export function given<T extends object>(input: T): Kept<T> {
  return Object.fromEntries(Object.entries(input).filter(([, v]) => v !== undefined)) as Kept<T>;
}
/** The known value, or undefined for anything else that stands in an address. */
export const pick = <V extends string>(known: readonly V[], value: string | undefined): V | undefined => known.find((k) => k === value);
