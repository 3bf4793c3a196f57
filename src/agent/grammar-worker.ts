import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { parentPort } from 'node:worker_threads'
import { Dialect, LocalLinter, type Lint } from 'harper.js'
import { binary } from 'harper.js/binary'
import nspell from 'nspell'
import { stackOf } from '../lib/errors.ts'
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
    return { id, crash: stackOf(error) }
  }
}

async function check(paragraph: number, text: string): Promise<GrammarFinding[]> {
  const byRule = await linter.organizedLints(text, { language: 'plaintext' })
  return Object.entries(byRule).flatMap(([rule, lints]) =>
    lints.map((lint) => {
      // Harper.js gives UTF-16 offsets, unlike harper's own code points.
      const { start, end } = lint.span()
      const problem = text.slice(start, end)
      const fix = fixOf(lint, problem)
      const [kind, message] = [lint.lint_kind(), lint.message()]
      const [before, after] = [text.slice(Math.max(0, start - 2), start), text.slice(end, end + 2)]
      lint.free()
      return { paragraph, rule, kind, start, end, text: problem, before, after, message, fix }
    }),
  )
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

/** American and British: a document may use either, and both spellings are right. */
async function loadDictionary(): Promise<Dictionary> {
  const [american, british] = await Promise.all(['dictionary-en', 'dictionary-en-gb'].map(loadOne))
  return {
    isKnown: (word) => american?.correct(word) === true || british?.correct(word) === true,
    suggest: (word) => american?.suggest(word) ?? [],
  }
}

async function loadOne(name: string): Promise<ReturnType<typeof nspell>> {
  const folder = path.dirname(createRequire(import.meta.url).resolve(name))
  const [aff, dic] = await Promise.all([
    readFile(path.join(folder, 'index.aff')),
    readFile(path.join(folder, 'index.dic')),
  ])
  return nspell(aff, dic)
}
