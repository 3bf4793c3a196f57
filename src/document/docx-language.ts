import { declaredLanguage } from './declared-language.ts'

/**
 * The language that most runs of a Word document are marked with; those without a mark have the
 * styles' default.
 * @param parts XML of word/document.xml and word/styles.xml, as far as they are there
 */
export function docxLanguage(parts: { document: string; styles: string }): string | null {
  const counts = new Map<string, number>()
  const marks = [...parts.document.matchAll(/<w:lang\b[^<>]*?\bw:val="([^"<>]*)"/gu)]
  for (const [, tag = ''] of marks) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  const runs = parts.document.match(/<w:r[\s>]/gu)?.length ?? 0
  const usual = usualLanguage(parts.styles)
  if (usual !== undefined) {
    counts.set(usual, (counts.get(usual) ?? 0) + Math.max(0, runs - marks.length))
  }
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a)
  return declaredLanguage(most?.[0])
}

function usualLanguage(styles: string): string | undefined {
  const start = styles.indexOf('<w:docDefaults')
  const end = styles.indexOf('</w:docDefaults>', start)
  if (start === -1 || end === -1) return undefined
  return /<w:lang\b[^<>]*?\bw:val="([^"<>]*)"/u.exec(styles.slice(start, end))?.[1]
}
