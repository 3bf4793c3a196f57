import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** `latencyMs`: from a request to the first byte of its answer, on average; null without requests. */
export type Served = { requests: number; latencyMs: number | null }

export type ModelServer = {
  baseURL: string
  /** What came since it was last asked. */
  served(): Promise<Served>
} & AsyncDisposable

/** A model that takes so long for each answer, in a process of its own. */
export async function startModelServer(delayMs: number): Promise<ModelServer> {
  const child = spawn(
    process.execPath,
    [...process.execArgv, `${import.meta.dirname}/model-server.ts`, String(delayMs)],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const line = async (): Promise<string> => {
    const [printed] = await once(child.stdout, 'data')
    return String(printed).trim()
  }
  return {
    baseURL: await line(),
    async served() {
      child.stdin.write('\n')
      return JSON.parse(await line())
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}
