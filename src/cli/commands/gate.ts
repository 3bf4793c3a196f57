import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { verifyReceipt } from '../../gate/sign-receipt.ts'
import { UserFacingError } from '../../lib/errors.ts'
import { printable } from '../../lib/printable.ts'
import { codeOf, writeWholeFile } from '../../lib/write-whole-file.ts'
import { isDemo } from '../../schema/gate-settings.ts'
import type { AnyReceipt } from '../../schema/gate-receipt.ts'
import type { AuthorGate, GateBudget } from '../../schema/api/gates.ts'
import { count } from '../../schema/figure-words.ts'
import type { GateCause } from '../../schema/stored-gate.ts'
import { type GateHereOptions } from '../gate/gate-here.ts'
import type { GatePlace, GateQuestion } from '../gate/gate-place.ts'
import { modesInWords } from '../gate/modes-in-words.ts'
import type { Io } from '../io.ts'

type PlaceOptions = GateHereOptions & { server?: string; json?: boolean }

export type GateOptions = PlaceOptions & {
  candidate: string
  baseline?: string
  env?: string
  again?: boolean
  yes?: boolean
  detach?: boolean
  receipt?: string
  paragraphsPerChunk: number
}
export type FollowGateOptions = PlaceOptions & { receipt?: string }
export type GateKeyOptions = PlaceOptions & { to?: string }
export type VerifyReceiptOptions = {
  key: string
  json?: boolean
  candidate?: string
  requireWalls?: boolean
  /** False: it must not be of solo mode. */
  solo?: boolean
}

/** Milliseconds between looks, once the time of the answer has come. */
const lookEvery = 500

/**
 * Asks whether a version may replace the one in production.
 * @returns 0 when it passed, 1 when it did not; that nothing could be told is 1, too
 */
export async function gate(options: GateOptions, io: Io): Promise<number> {
  await using place = await openPlace(options, io)
  await confirm(await place.budget(), options, io)
  const { candidate, baseline, env: environment, again = false, paragraphsPerChunk } = options
  const question: GateQuestion = { candidate, baseline, environment, again, paragraphsPerChunk }
  const asked = await place.start(question)
  if (!options.detach) return await tellAnswer(place, asked, { options, io })
  const { id } = asked
  io.stdout.write(
    options.json
      ? `${JSON.stringify(asked, null, 2)}\n`
      : `Asked. You are answered at ${timeOf(asked.answerAt)}: proofloop gate answer ${id}\n`,
  )
  return 0
}

/** Waits for the answer to what was asked before. @returns as `gate` */
export async function followGate(id: string, options: FollowGateOptions, io: Io): Promise<number> {
  await using place = await openPlace(options, io)
  return await tellAnswer(place, await place.answer(id), { options, io })
}

/** Writes the public key with which receipts are checked. @returns 0 */
export async function gateKey(options: GateKeyOptions, io: Io): Promise<number> {
  await using place = await openPlace(options, io)
  const key = await place.publicKey()
  if (options.to === undefined) io.stdout.write(key)
  else await save(key, options.to, io)
  return 0
}

/**
 * Checks a receipt with nothing but the public key.
 * @returns 0 when it is as it was signed and says passed, 1 when it says that it was not passed, is of another
 * version than the one asked about, or of less than is asked for
 * @throws UserFacingError version-too-short
 */
export async function verifyGate(
  file: string,
  options: VerifyReceiptOptions,
  io: Io,
): Promise<number> {
  const { key, json } = options
  if (options.candidate !== undefined) requireLong(options.candidate)
  const receipt = verifyReceipt(await read(file, io), await read(key, io))
  const { verdict, candidate, baseline, time } = receipt
  const lines = [
    `The receipt is as it was signed: ${verdict === 'passed' ? 'passed' : 'not passed'}, ${time}.`,
    `  candidate ${candidate.version}`,
    `  baseline  ${baseline.version}`,
    `  ${apartBy(receipt)}`,
    `  ${policyInWords(receipt)}`,
    ...caveatsOf(receipt),
    '',
  ]
  io.stdout.write(json ? `${JSON.stringify(receipt, null, 2)}\n` : lines.join('\n'))
  const lacks = lacksOf(receipt, options)
  for (const sentence of lacks) io.stderr.write(`${sentence}\n`)
  return verdict === 'passed' && lacks.length === 0 ? 0 : 1
}

function apartBy({ isolation, boundary }: AnyReceipt): string {
  return `isolation ${isolation}, boundary ${boundary}`
}

/** By which margin and on how many documents at least it was judged. */
function policyInWords({ policy: { margin, minDocs }, repeats }: AnyReceipt): string {
  const points = Number((margin * 100).toFixed(2))
  return `margin ${points} points, at least ${minDocs} documents, ${count(repeats, 'run')} each`
}

/** What makes it worth less than it looks, in words; by itself none of it is refused. */
function caveatsOf({ policy, solo }: AnyReceipt): string[] {
  return [
    ...(isDemo(policy)
      ? ['It is of demo mode: any walls were enough, so hidden examples were hidden from nobody.']
      : []),
    ...(solo
      ? ['It is of solo mode: one person held two roles, so nobody else had a say in it.']
      : []),
  ]
}

/** What somebody asks of a receipt and it does not say. */
function lacksOf(
  { candidate, isolation, boundary, solo }: AnyReceipt,
  wanted: VerifyReceiptOptions,
): string[] {
  const { candidate: version, requireWalls } = wanted
  const isOther = version !== undefined && !candidate.version.startsWith(version)
  const isThin = requireWalls && (isolation !== 'os' || boundary !== 'users')
  return [
    ...(isOther ? [`It is of another version than ${version}.`] : []),
    ...(isThin
      ? [`Its flows could have told what they read: isolation ${isolation}, boundary ${boundary}.`]
      : []),
    ...(solo && wanted.solo === false ? ['It is of solo mode: one person held two roles.'] : []),
  ]
}

/** A beginning that is easily made to fit another version says nothing. */
function requireLong(version: string): void {
  if (/^[0-9a-f]{32,64}$/.test(version)) return
  const sentence = 'Give at least 32 of the 64 digits of the version that the receipt has to be of.'
  throw new UserFacingError('version-too-short', sentence)
}

async function openPlace(options: PlaceOptions, io: Io): Promise<GatePlace> {
  if (options.server !== undefined) {
    const { gateOnServer } = await import('../gate/gate-on-server.ts')
    return gateOnServer(options.server, io)
  }
  const { gateHere } = await import('../gate/gate-here.ts')
  return gateHere(options, io)
}

/** Whoever changes a flow then chooses the models by which it is judged. */
const ownModels =
  'The configuration has no environment for gates (gate.environment): each version asks the models that it names itself.'

/** Whoever sees that it passed is to know what that is worth. */
const inDemoMode =
  'The gate is in demo mode (gate.demo): hidden examples are shown to flows behind whatever walls there are.'

/** @throws UserFacingError gate-not-confirmed */
async function confirm(
  { own, all, left, demo, environment }: GateBudget,
  { yes }: GateOptions,
  io: Io,
): Promise<void> {
  const sentence = `On this test set you have had ${own.used} of ${count(own.limit, 'gate')}, and all together ${all.used} of ${all.limit}; ${left} left for you. What was answered before costs nothing.`
  io.stderr.write(`${sentence}\n`)
  if (demo) io.stderr.write(`${inDemoMode}\n`)
  if (environment === null) io.stderr.write(`${ownModels}\n`)
  if (yes || (await io.ask?.('Ask the gate? It takes one of them. [y/N] '))) return
  throw new UserFacingError(
    'gate-not-confirmed',
    'Nothing was asked. Add --yes to take one of them.',
  )
}

type Told = { options: Pick<GateOptions, 'json' | 'receipt'>; io: Io }

async function tellAnswer(
  place: GatePlace,
  asked: AuthorGate,
  { options, io }: Told,
): Promise<number> {
  let told = asked
  if (told.state === 'waiting') io.stderr.write(`Asked: ${asked.id}.${whenAnswered(asked)}\n`)
  while (told.state === 'waiting') {
    await setTimeout(lookEvery, undefined, { signal: io.signal })
    told = await place.answer(asked.id)
  }
  const { passed, cause, receipt } = told
  if (options.receipt !== undefined && receipt !== null)
    await save(`${receipt}\n`, options.receipt, io)
  if (options.json) io.stdout.write(`${JSON.stringify(told, null, 2)}\n`)
  else io.stdout.write(`${passed ? 'PASSED' : `NOT PASSED: ${causeInWords(cause)}`}\n`)
  const modes = modesInWords(told).slice(2)
  if (modes !== '') io.stderr.write(`It was asked in ${modes}.\n`)
  return passed ? 0 : 1
}

/** Where one person is all there is, the answer comes when it is there. */
function whenAnswered({ answerAt, startedAt }: AuthorGate): string {
  return answerAt - startedAt < 1000 ? '' : ` You are answered at ${timeOf(answerAt)}.`
}

function causeInWords(cause: GateCause | null): string {
  switch (cause) {
    case 'functional-tests':
      return 'functional tests. It does not run on examples that you know.'
    case 'host-fault':
      return 'host fault. The server could not do its part; asking again costs nothing.'
    case 'budget':
      return 'budget. There are more gates when a custodian has rotated the test set.'
    case 'quality':
    case null:
      return 'quality. It is not shown to be good enough; an approver can say more.'
  }
}

function timeOf(time: number): string {
  return `${new Date(time).toISOString().slice(11, 19)} UTC`
}

async function save(text: string, file: string, { cwd, stderr }: Io): Promise<void> {
  await writeWholeFile(path.resolve(cwd, file), text, { name: file, code: 'file-not-written' })
  stderr.write(`Written: ${printable(file)}\n`)
}

async function read(file: string, { cwd }: Pick<Io, 'cwd'>): Promise<string> {
  return readFile(path.resolve(cwd, file), 'utf8').catch((cause: unknown) => {
    const sentence = `${printable(file)} cannot be read (${codeOf(cause)}).`
    throw new UserFacingError('file-unreadable', sentence, { cause })
  })
}
