import { createHash } from 'node:crypto'
import path from 'node:path'
import { UserFacingError } from '../lib/errors.ts'
import { AgentConfig, PhraseFile, type PhraseRule } from './agent-config.ts'
import type { RulesAgent } from './agent.ts'
import { compileRules, type PhraseMatcher } from './phrase-rules.ts'
import { readAgentFile } from './agent-file.ts'
import { parseYaml, readYaml } from './read-yaml.ts'

/** Loads a folder with an agent.yaml and its rules. */
export async function loadRulesAgent(folder: string): Promise<RulesAgent> {
  const name = path.basename(folder)
  const { value: config, text } = await readYaml(path.join(folder, 'agent.yaml'), AgentConfig)
  if (config.name !== name) {
    throw new UserFacingError(
      'agent-file-invalid',
      `${name}/agent.yaml: name: it says ${config.name}, but the folder is ${name}. Make them equal.`,
    )
  }
  const hash = createHash('sha256').update(text)
  const phrases = config.phrases && (await loadPhrases(path.join(folder, config.phrases)))
  if (phrases) hash.update('\0').update(phrases.text)
  return {
    status: 'loaded',
    engine: 'rules',
    name,
    type: config.type,
    minScore: config.minScore,
    languages: config.languages ?? (config.grammar ? ['en'] : null),
    hash: hash.digest('hex'),
    ...(phrases && { phrases: phrases.matcher }),
    ...(config.grammar && { grammar: { mute: new Set(config.grammar.mute) } }),
  }
}

type Phrases = { text: string; matcher: PhraseMatcher }

/** The newest files, by name and text: the same version is loaded by every run, and checking it takes 0.1 s. */
const checked = new Map<string, Phrases>()
const checkedAtMost = 16

async function loadPhrases(file: string): Promise<Phrases> {
  const { name, text } = await readAgentFile(file)
  const key = `${name}\0${text}`
  const phrases = checked.get(key) ?? {
    text,
    matcher: compilePhrases(parseYaml({ text, name, firstLine: 1 }, PhraseFile), name),
  }
  checked.delete(key)
  checked.set(key, phrases)
  const [oldest = ''] = checked.keys()
  if (checked.size > checkedAtMost) checked.delete(oldest)
  return phrases
}

function compilePhrases(file: PhraseFile, name: string): PhraseMatcher {
  const expand = (phrases: string[]): string[] =>
    phrases.flatMap((phrase) => expandGroups(phrase, file.groups ?? {}, name))
  const optional = (phrases?: string[]) => phrases && expand(phrases)
  const rules = file.rules.map((rule): PhraseRule => ({
    ...rule,
    match: expand(rule.match),
    needsBefore: optional(rule.needsBefore),
    needsAfter: optional(rule.needsAfter),
    unlessSentence: optional(rule.unlessSentence),
    unlessBefore: optional(rule.unlessBefore),
    unlessAfter: optional(rule.unlessAfter),
  }))
  for (const rule of rules) checkExamples(rule, name)
  return compileRules(rules)
}

/** One phrase for each member of each group that stands in it; groups do not hold groups. */
function expandGroups(phrase: string, groups: Record<string, string[]>, name: string): string[] {
  const [reference] = /\$[\p{L}|?-]+/u.exec(phrase) ?? []
  if (reference === undefined) return [phrase]
  const members = new Map(Object.entries(groups)).get(reference.slice(1))
  const nested = members?.some((member) => /\$\p{L}/u.test(member)) ?? false
  if (members === undefined || nested || !isWord(phrase, reference)) {
    throw new UserFacingError(
      'agent-file-invalid',
      nested
        ? `${name}: the group ${reference} holds another group. Write its phrases out.`
        : `${name}: “${phrase}”: there is no group ${reference}. A group is a word of its own, defined under groups.`,
    )
  }
  return members.flatMap((member) =>
    expandGroups(
      phrase.replace(reference, () => member),
      groups,
      name,
    ),
  )
}

function isWord(phrase: string, word: string): boolean {
  return phrase.trim().split(/\s+/u).includes(word)
}

/** A rule carries its own tests; one that fails them is not loaded. */
function checkExamples(rule: PhraseRule, name: string): void {
  const find = compileRules([rule])
  const missed = rule.examples.match.find((sentence) => find(sentence).length === 0)
  const wrong = rule.examples.ignore.find((sentence) => find(sentence).length > 0)
  if (missed === undefined && wrong === undefined) return
  const what = missed === undefined ? 'finds something in' : 'finds nothing in'
  throw new UserFacingError(
    'agent-rule-fails-its-examples',
    `${name}: rule ${rule.id} ${what} its own example “${missed ?? wrong}”. Change the rule or the example.`,
  )
}
