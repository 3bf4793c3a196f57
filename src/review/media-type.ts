import path from 'node:path'

const types = new Map([
  ['.pdf', 'application/pdf'],
  ['.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['.html', 'text/html'],
  ['.htm', 'text/html'],
  ['.md', 'text/markdown'],
  ['.markdown', 'text/markdown'],
  ['.txt', 'text/plain'],
])

/** By the file's ending; what it really is, is told when it is read. */
export function mediaTypeOf(name: string): string {
  return types.get(path.extname(name).toLowerCase()) ?? 'application/octet-stream'
}

/** As lists show it: the last part of a path, without characters that cannot be seen. */
export function documentName(given: string): string {
  const base = given.split(/[\\/]/u).at(-1) ?? ''
  const name = base.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim()
  return name.slice(-200) || 'document'
}
