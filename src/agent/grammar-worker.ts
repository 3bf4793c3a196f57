import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { parentPort } from 'node:worker_threads'
import { Dialect, LocalLinter, type Lint } from 'harper.js'
import { binary } from 'harper.js/binary'
import nspell from 'nspell'
import { filterGrammar, type Dictionary, type GrammarFinding } from './grammar-filter.ts'

export type GrammarRequest = { id: number; paragraphs: { index: number; text: string }[] }
export type GrammarReply =
  | { id: number; findings: GrammarFinding[] }
  | { id: number; crash: string }

/** Of harper's `SuggestionKind`: replace the span, remove it, insert after it. */
const suggestionKinds = ['replace', 'remove', 'insert-after'] as const

const linter = new LocalLinter({ binary, dialect: Dialect.American })
const dictionary = loadDictionary()

parentPort?.on('message', (request: GrammarRequest) => {
  void answer(request).then((reply) => parentPort?.postMessage(reply))
})

async function answer({ id, paragraphs }: GrammarRequest): Promise<GrammarReply> {
  try {
    const findings: GrammarFinding[] = []
    for (const { index, text } of paragraphs) findings.push(...(await check(index, text)))
    return { id, findings: filterGrammar(findings, await dictionary) }
  } catch (error) {
    return { id, crash: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

async function check(paragraph: number, text: string): Promise<GrammarFinding[]> {
  const byRule = await linter.organizedLints(text, { language: 'plaintext' })
  return Object.entries(byRule).flatMap(([rule, lints]) =>
    lints.map((lint) => {
      const finding = toFinding(lint, text)
      lint.free()
      return { paragraph, rule, ...finding }
    }),
  )
}

function toFinding(lint: Lint, text: string): Omit<GrammarFinding, 'paragraph' | 'rule'> {
  const span = lint.span()
  // Harper counts in code points.
  const start = [...text].slice(0, span.start).join('').length
  const end = start + [...text].slice(span.start, span.end).join('').length
  const problem = text.slice(start, end)
  return {
    kind: lint.lint_kind(),
    start,
    end,
    text: problem,
    message: lint.message(),
    fix: fixOf(lint, problem),
  }
}

/** The first suggestion; several of them mean that the checker is not sure which. */
function fixOf(lint: Lint, problem: string): string | null {
  const [first] = lint.suggestions()
  if (first === undefined) return null
  const text = first.get_replacement_text()
  switch (suggestionKinds[first.kind()]) {
    case 'replace':
      return text
    case 'remove':
      return ''
    case 'insert-after':
      return `${problem}${text}`
    case undefined:
      return null
  }
}

async function loadDictionary(): Promise<Dictionary> {
  const folder = path.dirname(createRequire(import.meta.url).resolve('dictionary-en'))
  const [aff, dic] = await Promise.all([
    readFile(path.join(folder, 'index.aff')),
    readFile(path.join(folder, 'index.dic')),
  ])
  const spell = nspell(aff, dic)
  return { isKnown: (word) => spell.correct(word), suggest: (word) => spell.suggest(word) }
}
