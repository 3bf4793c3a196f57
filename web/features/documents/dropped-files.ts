/** Files that can be reviewed; the server looks at the content and has the last word. */
const endings = /\.(pdf|docx|html?|md|markdown|txt)$/iu

export const accepted = '.pdf,.docx,.html,.htm,.md,.markdown,.txt'

/** All files of what was dropped, those in folders too; hidden and foreign ones are left out. */
export async function droppedFiles(data: DataTransfer): Promise<File[]> {
  // Entries must be read before the first await: afterwards the browser has emptied them.
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? [])
  const files = await Promise.all(entries.map(filesIn))
  const whole = files.flat()
  return whole.length > 1 ? reviewable(whole) : whole
}

export function reviewable(files: File[]): File[] {
  return files.filter(({ name }) => endings.test(name) && !name.startsWith('.'))
}

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (isFile(entry)) return [await fileOf(entry)]
  if (!isFolder(entry)) return []
  const reader = entry.createReader()
  const files: File[] = []
  // It answers at most 100 entries at a time, and none at the end.
  for (let some = await entriesOf(reader); some.length > 0; some = await entriesOf(reader)) {
    files.push(...(await Promise.all(some.map(filesIn))).flat())
  }
  return files
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}

function entriesOf(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject))
}
