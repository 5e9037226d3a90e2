/** Asks the reader for one file. @param accept as an input of the kind takes it: 'text/csv,.csv' */
export function pickFile(accept: string, taken: (file: File) => Promise<void>): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = accept;
  input.addEventListener('change', () => {
    const [file] = input.files ?? [];
    if (file) void taken(file);
  });
  input.click();
}
