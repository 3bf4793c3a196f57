import { fork } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingMessage, request as ask, type ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { nodeEnv } from '../node-env.ts'

const program = fileURLToPath(new URL('./git-child.ts', import.meta.url))

/**
 * Serves the repositories in a folder by git, from a small process of its own, which begins with the first
 * request: a process of a test is large, and each process of git would take it long to start.
 */
export function createGitServer(folder: string) {
  let started: ReturnType<typeof start> | null = null
  return {
    /** @param url path and query, as git's own server is asked */
    async serve(url: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
      const { port } = await (started ??= start(folder))
      const { method, headers } = request
      const asked = ask({ host: '127.0.0.1', port, path: url, method, headers })
      request.pipe(asked)
      const [answer] = (await once(asked, 'response')) as [IncomingMessage]
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    },
    async [Symbol.asyncDispose]() {
      const child = (await started)?.child
      if (child === undefined || child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

async function start(folder: string) {
  const child = fork(program, [folder], { env: nodeEnv, execArgv: [] })
  const [port] = (await once(child, 'message')) as [number]
  return { child, port }
}
