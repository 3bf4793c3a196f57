import { ORPCError } from '@orpc/client'
import { expect, test } from 'vitest'
import { createPatience } from './patience.ts'

const away = new ORPCError('SERVICE_UNAVAILABLE')

function waiting(signal = new AbortController().signal, giveUpAfter = 1_000) {
  const lines: string[] = []
  const io = { stderr: { write: (line: string) => lines.push(line) }, signal, interactive: false }
  return { lines, patience: createPatience(io, { first: 1, longest: 4, giveUpAfter }) }
}

function failing(times: number, error: unknown) {
  let tries = 0
  const request = async (): Promise<string> => {
    tries += 1
    if (tries <= times) throw error
    return 'answer'
  }
  return { request, tries: () => tries }
}

test('a server that is away is asked again until it answers, and people are told once', async () => {
  const { patience, lines } = waiting()
  expect(await patience.ask(failing(5, away).request)).toBe('answer')
  expect(lines).toEqual(['The server does not answer; waiting for it.\n', 'The server is back.\n'])
})

test('a stream that the server cuts is taken up again without a word', async () => {
  const { patience, lines } = waiting()
  const cut = new ORPCError('stream-cut', { status: 503 })
  expect(await patience.ask(failing(3, cut).request)).toBe('answer')
  expect(lines).toEqual([])
})

test('what was refused is not asked again', async () => {
  const { patience, lines } = waiting()
  const refused = failing(1, new ORPCError('FORBIDDEN'))
  await expect(patience.ask(refused.request)).rejects.toMatchObject({ status: 403 })
  expect([refused.tries(), lines]).toEqual([1, []])
})

test('a server that is away for too long is given up, for every document', async () => {
  const { patience } = waiting(undefined, 10)
  await expect(patience.ask(failing(Infinity, away).request)).rejects.toBe(away)
  const next = failing(Infinity, away)
  await expect(patience.ask(next.request)).rejects.toBe(away)
  expect(next.tries()).toBe(1)
})

test('Ctrl-C ends the waiting', async () => {
  const stop = new AbortController()
  const { patience } = waiting(stop.signal, Infinity)
  const asked = patience.ask(failing(Infinity, away).request)
  stop.abort()
  await expect(asked).rejects.toBeInstanceOf(Error)
})
