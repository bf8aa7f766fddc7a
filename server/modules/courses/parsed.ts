/** A published version in memory: parsed once per content, indexed for the player, rendered on first sight. */
import { LRUCache } from "lru-cache";
import { hashOf, type StoredRef, type VersionDocument } from "./canonical.ts";
import type { Question, Quiz, Unit } from "./content.ts";
import type { ShownQuestion, ShownUnit } from "./contract.ts";
import { fail } from "./failures.ts";
import { picturesOf, render, type PictureUrl } from "./markdown.ts";

export interface VersionHead { readonly id: string; readonly tenantId: string; readonly courseId: string; readonly number: number; readonly title: string; readonly contentSha256: string; readonly minutes: number; readonly unitCount: number }

export interface ParsedQuiz { readonly quiz: Quiz; readonly questions: ReadonlyMap<string, Question>; shown(questionId: string): ShownQuestion; explanation(questionId: string): string }

export interface ParsedVersion extends VersionHead {
  readonly summary: string;
  readonly language: string;
  readonly isInOrder: boolean;
  readonly units: readonly Unit[];
  readonly unit: ReadonlyMap<string, Unit>;
  readonly quizzes: ReadonlyMap<string, ParsedQuiz>;
  readonly files: ReadonlyMap<string, StoredRef>;
  shownUnit(unitId: string): ShownUnit | undefined;
  /** What an attestation is bound to: hash of the PDF, or of the text when there is no file. */
  readonly attestable: ReadonlyMap<string, string>;
}

/** Where learners find the files of a version; served by attempts. */
export const learnerFileUrl = (versionId: string, sha256: string): string => `/api/attempts/versions/${versionId}/files/${sha256}`;

export function showUnit(unit: Unit, picture: PictureUrl, url: (sha256: string) => string): ShownUnit {
  const { id, kind, title, minutes } = unit;
  const html = render(unit.kind === "quiz" ? unit.intro : unit.markdown, picture).html;
  if (unit.kind !== "document") return { id, kind, title, minutes, html, file: null, statement: null };
  return { id, kind, title, minutes, html, statement: unit.statement, file: unit.file && { url: url(unit.file.sha256), name: unit.file.name, size: unit.file.size } };
}

export function showQuestion(q: Question, picture: PictureUrl): ShownQuestion {
  return {
    id: q.id, kind: q.kind, html: render(q.text, picture).html, points: q.points,
    choices: q.kind === "single" || q.kind === "multiple" ? q.choices.map(({ id, text }) => ({ id, text })) : [],
    unit: q.kind === "numeric" ? q.unit : null,
  };
}

/** Computes once per key. */
function remembered<V>(make: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>();
  return (key) => { let v = known.get(key); if (v === undefined) known.set(key, v = make(key)); return v; };
}

function parseQuiz(quiz: Quiz, picture: PictureUrl): ParsedQuiz {
  const questions = new Map(quiz.pools.flatMap((p) => p.questions.map((q) => [q.id, q] as const)));
  const found = (id: string): Question => { const q = questions.get(id); if (!q) throw new Error("a question is not in its version"); return q; };
  return { quiz, questions, shown: remembered((id) => showQuestion(found(id), picture)), explanation: remembered((id) => (found(id).explanation === "" ? "" : render(found(id).explanation, picture).html)) };
}

export function parseVersion(head: VersionHead, bytes: Uint8Array): ParsedVersion {
  if (hashOf(bytes) !== head.contentSha256) throw fail.altered();
  const document = JSON.parse(Buffer.from(bytes).toString("utf8")) as VersionDocument;
  const url = (sha256: string): string => learnerFileUrl(head.id, sha256);
  const picture = picturesOf(document.files, url);
  const units = document.content.units;
  const unit = new Map(units.map((u) => [u.id, u]));
  const shown = remembered((id) => { const u = unit.get(id); return u ? showUnit(u, picture, url) : null; });
  return {
    ...head, summary: document.summary, language: document.language, isInOrder: document.content.order !== "free", units, unit,
    files: new Map(document.files.map((f) => [f.sha256, f])),
    quizzes: new Map(units.flatMap((u) => (u.kind === "quiz" ? [[u.id, parseQuiz(u, picture)] as const] : []))),
    shownUnit: (id) => (unit.has(id) ? shown(id) ?? undefined : undefined),
    attestable: new Map(units.flatMap((u) => (u.kind === "document" ? [[u.id, u.file?.sha256 ?? hashOf(Buffer.from(u.markdown, "utf8"))] as const] : []))),
  };
}

/**
 * The one memory this module keeps: versions never change, so what was parsed from their bytes stays true. Bounded by the
 * size of the bytes; an entry is only ever given to its own tenant. (DECISIONS: memory of immutable content.)
 */
const memory = new LRUCache<string, ParsedVersion>({ max: 500, maxSize: 24 * 1024 * 1024 });

export const remember = (version: ParsedVersion, size: number): void => { memory.set(version.id, version, { size: Math.max(1, size) }); };
export function recall(versionId: string, tenantId: string): ParsedVersion | undefined {
  const known = memory.get(versionId);
  return known?.tenantId === tenantId ? known : undefined;
}
