import { createModelHost } from '../../src/model/create-model-host.ts'
import type { ModelHost, Question } from '../../src/model/model-host.ts'
import { type Script, startScriptedServer } from '../../src/model/scripted-server.ts'
import { ModelSettings } from '../../src/schema/config.ts'

/** The models of a flow whose alias `reviewer` is the scripted server; what fails is not tried again. */
export async function scriptedModels(script: Script) {
  const server = await startScriptedServer(script)
  const { baseURL } = server
  const reviewer = ModelSettings.parse({
    provider: 'openai',
    model: 'm',
    baseURL,
    limits: { attempts: 1 },
  })
  const env = { OPENAI_API_KEY: 'k' }
  const host = createModelHost({ models: { reviewer }, env, directory: '.' })
  const questions: Question<unknown>[] = []
  const models: ModelHost = {
    ...host,
    async ask(question) {
      questions.push(question)
      return host.ask(question)
    },
  }
  return {
    models,
    questions,
    requests: server.requests,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
