import { expect, test } from 'vitest'
import { listen } from '../src/server/listen.ts'
import { reviewed } from './helpers/reviewed-document.ts'
import { runInProcess } from './helpers/run-in-process.ts'
import { tempFolder } from './helpers/temp-folder.ts'
import { testServer } from './helpers/test-server.ts'

test('where nothing was found and nobody said anything, a document is an example only when that is wanted', async () => {
  await using stack = new AsyncDisposableStack()
  const server = stack.use(await testServer())
  const { port, close } = await listen(server.app, { host: '127.0.0.1', port: 0 })
  stack.defer(close)
  const { folder } = stack.use(await tempFolder())
  const permissions = ['datasets:read', 'datasets:write']
  const made = await server.solo('POST', '/api/me/keys', { name: 'test', permissions })
  const { secret } = (await made.json()) as { secret: string }
  const run = (...args: string[]) => {
    const argv = ['dataset', ...args, '--server', `http://localhost:${port}`]
    return runInProcess(argv, folder, { env: { PROOFLOOP_API_KEY: secret } })
  }
  const quiet = await reviewed(server, 'quiet.txt', { split: 'evaluation' })

  const none = await run('merge', 'letters', '--all')
  expect(none).toMatchObject({ exitCode: 2, stdout: '' })
  expect(none.stderr).toMatch(
    /In 1 document nothing was found, .*: quiet\.txt\. .*proposals-unjudged/,
  )
  expect(await run('merge', 'letters', quiet.review, '--unjudged')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('options-contradict'),
  })

  const said = [[{ kind: 'dismissed', reason: null } as const]]
  await reviewed(server, 'heard.txt', { split: 'evaluation', said })
  await reviewed(server, 'added.txt', { split: 'evaluation', missed: true })
  const some = await run('merge', 'letters', '--all')
  expect(some).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(/^Left out\. .*quiet\.txt/),
  })
  expect(some.stdout).toMatch(/^evaluation +2 /m)

  const rest = await run('merge', 'letters', '--all', '--unjudged')
  expect(rest).toMatchObject({ exitCode: 0, stderr: '' })
  expect(rest.stdout).toMatch(/^evaluation +3 /m)
})
