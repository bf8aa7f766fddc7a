/** The type of an uploaded file by its first bytes, never by its name or what the sender says. */
import type { FileRef } from "./content.ts";
import type { z } from "zod";

export type FileType = z.output<typeof FileRef>["type"];

const starts = (b: Uint8Array, at: number, text: string): boolean => b.length >= at + text.length && [...text].every((c, i) => b[at + i] === c.charCodeAt(0));

export function sniff(head: Uint8Array): FileType | null {
  if (starts(head, 0, "%PDF-")) return "application/pdf";
  if (starts(head, 0, "\u0089PNG\r\n\u001a\n")) return "image/png";
  if (starts(head, 0, "\u00ff\u00d8\u00ff")) return "image/jpeg";
  if (starts(head, 0, "GIF87a") || starts(head, 0, "GIF89a")) return "image/gif";
  if (starts(head, 0, "RIFF") && starts(head, 8, "WEBP")) return "image/webp";
  return null;
}
