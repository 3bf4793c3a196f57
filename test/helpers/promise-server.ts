import { type Script, startScriptedServer } from '../../src/model/scripted-server.ts'
import { findPromises, promiseFlow } from './promise-flow.ts'
import { testServer } from './test-server.ts'

/** A server with the flow of promises, a dataset of six memos, and `script` as its model. */
export async function promiseServer(script: Script = findPromises) {
  const stack = new AsyncDisposableStack()
  const models = stack.use(await startScriptedServer(script))
  const flow = stack.use(await promiseFlow(models, 6, 'flow/datasets/memos'))
  const options = { work: true, flow: flow.path('flow'), env: flow.env }
  const server = stack.use(await testServer(options))
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await server.solo(method, path, body)
    const text = await response.text()
    return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : null }
  }
  return { models, flow, server, ask, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
