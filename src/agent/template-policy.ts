import type { Node } from '@huggingface/jinja'

/** What a template may not do, and the word of it that tells where. */
export type Offence = { sentence: string; word: string | null }

const allowedNodes = words(`
  Program If For Set Break Continue Comment Identifier IntegerLiteral FloatLiteral
  StringLiteral ArrayLiteral TupleLiteral ObjectLiteral BinaryExpression FilterExpression
  TestExpression SelectExpression UnaryExpression Ternary MemberExpression SliceExpression
  CallExpression KeywordArgumentExpression
`)
/** The statements that are not allowed, by their node. */
const keywords: Record<string, string> = {
  Macro: 'macro',
  CallStatement: 'call',
  FilterStatement: 'filter',
}
const filters = words(`
  abs capitalize default first float indent int items join last length list lower map
  rejectattr replace reverse safe selectattr sort string title tojson trim unique upper
  dictsort bool
`)
const methods = words(`
  capitalize endswith get items keys lower lstrip rstrip startswith strip title upper
  values
`)
/** Their arguments multiply what they are applied to, so they must stand in the template, and short. */
const multiplying = new Set(['indent', 'join', 'replace', 'tojson'])
const longestArgument = 40
const largestArgument = 16
const hidden = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * What a template does that prompts have no need of. An allow-list: the library is safe today, and a
 * prompt comes by pull request.
 */
export function findOffence(program: Node): Offence | null {
  for (const node of nodesOf(program)) {
    const offence = offenceOf(node)
    if (offence) return offence
  }
  return null
}

function offenceOf(node: Node): Offence | null {
  if (!allowedNodes.has(node.type)) {
    const word = keywords[node.type] ?? null
    return { sentence: `{% ${word ?? node.type} %} is not allowed in a prompt`, word }
  }
  switch (node.type) {
    case 'MemberExpression':
      return hiddenName(wordOf(node['property']))
    case 'CallExpression':
      return callOffence(node)
    case 'FilterExpression':
      return filterOffence(node['filter'])
    default:
      return null
  }
}

function hiddenName(word: string | null): Offence | null {
  if (word === null || !hidden.has(word)) return null
  return { sentence: `${word} is not allowed in a prompt`, word }
}

function callOffence(node: Node): Offence | null {
  const callee = isNode(node['callee']) ? node['callee'] : null
  const method = callee?.type === 'MemberExpression' ? wordOf(callee['property']) : null
  if (method !== null && methods.has(method)) return null
  const word = method ?? wordOf(callee)
  return { sentence: `${word ?? 'a function'}(…) cannot be called in a prompt`, word }
}

/** The call in `text | join(', ')` is no node of its own here: `nodesOf` passes over it. */
function filterOffence(filter: unknown): Offence | null {
  if (!isNode(filter)) return null
  const called = filter.type === 'CallExpression'
  const word = wordOf(called ? filter['callee'] : filter)
  if (word === null || !filters.has(word)) {
    return { sentence: `there is no filter ${word ?? 'of that kind'} in prompts`, word }
  }
  const args = called && Array.isArray(filter['args']) ? filter['args'] : []
  if (!multiplying.has(word) || args.every(isShortLiteral)) return null
  return {
    sentence: `what is given to the filter ${word} must be a short text or a number up to ${largestArgument}`,
    word,
  }
}

function isShortLiteral(argument: unknown): boolean {
  if (!isNode(argument)) return false
  const value = argument['value']
  switch (argument.type) {
    case 'KeywordArgumentExpression':
      return isShortLiteral(value)
    case 'StringLiteral':
      return typeof value === 'string' && value.length <= longestArgument
    case 'IntegerLiteral':
      return typeof value === 'number' && value <= largestArgument
    case 'Identifier':
      return ['true', 'false', 'none', 'True', 'False', 'None'].includes(String(value))
    default:
      return false
  }
}

/**
 * Names that a template reads and neither sets nor loops over, with where each was first read.
 * `x is defined` is no reading.
 */
export function freeNames(program: Node): Set<string> {
  const nodes = [...nodesOf(program)]
  const own = new Set(['loop', 'true', 'false', 'none', 'True', 'False', 'None'])
  for (const node of nodes) {
    const target = node.type === 'For' ? node['loopvar'] : node.type === 'Set' && node['assignee']
    if (!isNode(target)) continue
    for (const { type, value } of nodesOf(target)) {
      if (type === 'Identifier') own.add(String(value))
    }
  }
  const names = nodes.flatMap((node) => (node.type === 'Identifier' ? [String(node['value'])] : []))
  return new Set(names.filter((name) => !own.has(name)))
}

/** All nodes whose identifiers are variables: without operators and the names of members, filters and tests. */
function* nodesOf(node: Node): Generator<Node> {
  yield node
  for (const [key, child] of Object.entries(node)) {
    if (key === 'operator') continue
    if (node.type === 'MemberExpression' && key === 'property' && node['computed'] !== true)
      continue
    if (node.type === 'TestExpression' && key === 'test') continue
    if (node.type === 'KeywordArgumentExpression' && key === 'key') continue
    if (node.type === 'FilterExpression' && key === 'filter') {
      if (isNode(child) && child.type === 'CallExpression') yield* within(child['args'])
      continue
    }
    yield* within(child)
  }
}

function* within(child: unknown): Generator<Node> {
  if (Array.isArray(child)) for (const item of child) yield* within(item)
  else if (child instanceof Map) for (const pair of child) yield* within(pair)
  else if (isNode(child)) yield* nodesOf(child)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value
}

function wordOf(node: unknown): string | null {
  if (!isNode(node)) return null
  const named = node.type === 'Identifier' || node.type === 'StringLiteral'
  return named && typeof node['value'] === 'string' ? node['value'] : null
}

function words(list: string): Set<string> {
  return new Set(list.trim().split(/\s+/))
}
