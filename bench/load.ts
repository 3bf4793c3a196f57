import { Agent, request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'

/** What is asked, again and again. */
export type Target = { url: string; headers?: Record<string, string> }

export type Latencies = { requests: number; p50: number; p99: number; most: number }

/** `clients` at once, each asking anew when its answer has come, until the signal. In milliseconds. */
export async function load(
  target: Target,
  { clients, signal }: { clients: number; signal: AbortSignal },
): Promise<Latencies> {
  const agent = new Agent({ keepAlive: true })
  const times: number[] = []
  const client = async (): Promise<void> => {
    while (!signal.aborted) times.push(await ask(target, agent))
  }
  await Promise.all(Array.from({ length: clients }, client))
  agent.destroy()
  return summary(times)
}

async function ask({ url, headers }: Target, agent: Agent): Promise<number> {
  const start = performance.now()
  const sent = request(url, { agent, headers }).end()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}.`)
  return performance.now() - start
}

function summary(times: number[]): Latencies {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number =>
    Math.round((sorted[Math.ceil(share * sorted.length) - 1] ?? 0) * 10) / 10
  return { requests: sorted.length, p50: at(0.5), p99: at(0.99), most: at(1) }
}
