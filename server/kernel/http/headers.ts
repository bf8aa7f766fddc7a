/** Security headers of every answer of the application host (ASVS 3.4), and the Content-Security-Policy of its pages. */
import type { ServerResponse } from "node:http";

const always: readonly (readonly [string, string])[] = [
  ["X-Content-Type-Options", "nosniff"],
  ["Referrer-Policy", "no-referrer"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["X-Frame-Options", "DENY"],
  ["Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"],
  ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"],
];

export function secureHeaders(response: ServerResponse, isHttps: boolean): void {
  for (const [name, value] of always) response.setHeader(name, value);
  if (isHttps) response.setHeader("Strict-Transport-Security", "max-age=31536000");
}

/** Policy of a page of ours: own scripts only, styles by file or nonce, pictures also as data. */
export const pagePolicy = (contentUrl: string, nonce?: string): string =>
  `default-src 'none'; script-src 'self'; style-src 'self'${nonce === undefined ? "" : ` 'nonce-${nonce}'`}; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; ` +
  `manifest-src 'self'; worker-src 'self'; frame-src 'self' blob: ${contentUrl}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;
