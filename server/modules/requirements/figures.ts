/** SQL of a status, for sets: the same answer as `standingAt` gives for one (a test compares them). */

/** Condition on an obligation `o`: owed now. */
export const owedSql = "o.ended_at IS NULL";
/** Binds `now`. */
export const compliantSql = "o.covered_until > ?";
/** Condition on the open cycle `c` of `o`: past its grace. Binds `now`. */
export const overdueSql = "c.overdue_at <= ?";

/** Sums over obligations `o` left-joined to their open cycles `c`; binds `now` four times. */
export const figuresSql = `count(*) AS owed, sum(CASE WHEN ${compliantSql} THEN 1 ELSE 0 END) AS compliant,
  sum(CASE WHEN ${compliantSql} THEN 0 ELSE 1 END) AS open, sum(CASE WHEN ${compliantSql} THEN 0 WHEN ${overdueSql} THEN 1 ELSE 0 END) AS overdue`;
export const openCycle = "LEFT JOIN cycles c ON c.obligation_id = o.id AND c.closed_at IS NULL";
export const figuresValues = (now: string): string[] => [now, now, now, now];

export interface FiguresRow { owed: number | string; compliant: number | string | null; open: number | string | null; overdue: number | string | null }
export const figuresOf = (r: FiguresRow | undefined): { owed: number; compliant: number; open: number; overdue: number } =>
  ({ owed: Number(r?.owed ?? 0), compliant: Number(r?.compliant ?? 0), open: Number(r?.open ?? 0), overdue: Number(r?.overdue ?? 0) });
