import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { UserFacingError } from '../lib/errors.ts'
import { AgentConfig, PhraseFile, type PhraseRule } from './agent-config.ts'
import { compileRules, type PhraseMatcher } from './phrase-rules.ts'
import { readYaml } from './read-yaml.ts'

export type LoadedAgent = {
  status: 'loaded'
  name: string
  type: string
  minScore: number
  /** Of all files that decide what it finds. */
  hash: string
  phrases?: PhraseMatcher
  grammar?: { mute: Set<string> }
}

type SkippedAgent = { status: 'skipped'; name: string; type: string; reason: string }

export type Agent = LoadedAgent | SkippedAgent

/**
 * Loads every folder in `directory` that is an agent, in the order of their names.
 * @param only names of the agents to load; an unknown one is an error
 */
export async function loadAgents(directory: string, only?: string[]): Promise<Agent[]> {
  if (!existsSync(directory)) {
    throw new UserFacingError('no-agents', `There is no folder ${directory}. Check the path.`)
  }
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) =>
      ['agent.yaml', 'agent.prompty'].some((file) => existsSync(path.join(directory, name, file))),
    )
    .toSorted()
  if (names.length === 0) {
    throw new UserFacingError(
      'no-agents',
      `There is no agent in ${directory}. An agent is a folder with an agent.yaml.`,
    )
  }
  const unknown = only?.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new UserFacingError(
      'unknown-agent',
      `There is no agent ${unknown}. There are: ${names.join(', ')}.`,
    )
  }
  const wanted = names.filter((name) => only === undefined || only.includes(name))
  return Promise.all(wanted.map((name) => loadAgent(path.join(directory, name))))
}

async function loadAgent(folder: string): Promise<Agent> {
  const name = path.basename(folder)
  const file = path.join(folder, 'agent.yaml')
  if (!existsSync(file)) {
    return { status: 'skipped', name, type: name, reason: 'prompt agents need a model connection' }
  }
  const { value: config, text } = await readYaml(file, AgentConfig)
  if (config.name !== name) {
    throw new UserFacingError(
      'agent-file-invalid',
      `${name}/agent.yaml: name: it says ${config.name}, but the folder is ${name}. Make them equal.`,
    )
  }
  const hash = createHash('sha256').update(text)
  const phrases = config.phrases && (await readYaml(path.join(folder, config.phrases), PhraseFile))
  if (phrases) hash.update('\0').update(phrases.text)
  return {
    status: 'loaded',
    name,
    type: config.type,
    minScore: config.minScore,
    hash: hash.digest('hex'),
    ...(phrases && { phrases: compilePhrases(phrases.value, `${name}/${config.phrases}`) }),
    ...(config.grammar && { grammar: { mute: new Set(config.grammar.mute) } }),
  }
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
