/** Hands a file to the browser's own download. */
export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
export const saveText = (name: string, type: string, text: string): void => saveBlob(name, new Blob(["\uFEFF", text], { type: `${type};charset=utf-8` }));
