import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { runInProcess } from '../../../test/helpers/run-in-process.ts'
import { tempFolder } from '../../../test/helpers/temp-folder.ts'
import { Permission, Role } from '../../schema/access.ts'

const me = {
  person: { id: 'ann', name: 'Ann', email: 'ann@example.org', roles: Role.options, createdAt: 0 },
  permissions: Permission.options,
  soloMode: true,
}

/** Something that answers; `at` is the address that is answered otherwise than by a good server. */
async function something(at: string, answer: (response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume()
    if (request.url?.endsWith(at)) answer(response)
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(me))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close }
}

async function review(url: string) {
  await using temp = await tempFolder({ 'a.txt': 'It is always so.' })
  const env = { PROOFLOOP_API_KEY: 'pk-secret' }
  return await runInProcess(['review', '--server', url, 'a.txt'], temp.folder, { env })
}

const told =
  (status: number, code: string, message = 'Told.') =>
  (response: ServerResponse) => {
    const body = JSON.stringify({ defined: false, code, status, message })
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  }

function cutOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 })
  response.write('{"person":', () => response.destroy())
}

function proxyPage(response: ServerResponse): void {
  response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>')
}

type Case = [string, at: string, answer: (response: ServerResponse) => void, code: string]

const cases: Case[] = [
  ['takes no more requests', '/me', told(429, 'TOO_MANY_REQUESTS'), 'server-busy'],
  ['cannot serve', '/me', told(503, 'store-unavailable', 'Full.'), 'server-unavailable'],
  ['says no', '/me', told(403, 'FORBIDDEN'), 'server-not-allowed'],
  ['does not know the address', '/me', told(404, 'NOT_FOUND'), 'server-version'],
  ['is an old one', '/me', (r: ServerResponse) => r.end('{}'), 'server-version'],
  ['is a web site', '/me', (r: ServerResponse) => r.end('<html>'), 'server-version'],
  [
    'moved',
    '/me',
    (r: ServerResponse) => r.writeHead(302, { location: 'https://example.org/x' }).end(),
    'server-redirects',
  ],
  ['finds the file too large', '/documents', told(413, 'document-too-large'), 'document-too-large'],
  ['ends amid its answer', '/me', cutOff, 'server-unreachable'],
  ['has a bug', '/documents', told(500, 'internal'), 'internal'],
  ['is behind a proxy that has lost it', '/me', proxyPage, 'server-unavailable'],
]

test.each(cases)('a server that %s is told in a sentence, with exit code 2', async (...one) => {
  const [, at, answer, code] = one
  await using server = await something(at, answer)
  const { exitCode, stderr } = await review(server.url)
  expect(stderr).toMatch(new RegExp(`^Error: .*[.?] \\[${code}\\]\n$`))
  expect(stderr).not.toContain('pk-secret')
  expect(exitCode).toBe(2)
})

test.each([
  ['a proxy that has lost the server', proxyPage, 'server-unavailable'],
  [
    'a server that is something else',
    (r: ServerResponse) => r.writeHead(404).end('No.'),
    'server-version',
  ],
  ['a server that has none', told(404, 'dataset-not-found', 'There is none.'), 'dataset-not-found'],
])('a file from %s is told as what it is', async (_, answer, code) => {
  await using server = await something('/export', answer)
  await using temp = await tempFolder()
  const env = { PROOFLOOP_API_KEY: 'pk-secret' }
  const args = ['dataset', 'export', 'letters', '--to', 'l.jsonl', '--server', server.url]
  const { exitCode, stderr } = await runInProcess(args, temp.folder, { env })
  expect(stderr).toMatch(new RegExp(`^Error: .*[.?] \\[${code}\\]\n$`))
  expect(exitCode).toBe(2)
})

test('what a server finds wrong with an input is passed on', async () => {
  const data = { issues: [{ code: 'too_big', path: ['file', 'name'], message: 'Too big' }] }
  await using server = await something('/documents', (response) => {
    const told = { defined: false, code: 'BAD_REQUEST', status: 400, message: 'Told.', data }
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(told))
  })
  const { exitCode, stderr } = await review(server.url)
  expect(stderr).toMatch(/given: file\.name \(Too big\)\. \[server-refuses-input\]\n$/)
  expect(exitCode).toBe(2)
})

test('where no server is, the address is named', async () => {
  const server = await something('/', () => {})
  await server[Symbol.asyncDispose]()
  const { exitCode, stderr } = await review(server.url)
  expect(stderr).toContain(`No server answers at ${server.url} (ECONNREFUSED).`)
  expect(exitCode).toBe(2)
})
