import { z } from 'zod'
import { UserFacingError } from '../../src/lib/errors.ts'
import { createConnection } from '../../src/model/connection.ts'
import type { ModelHost, Question } from '../../src/model/model-host.ts'
import { readAnswer } from '../../src/model/read-answer.ts'
import { type Script, startScriptedServer } from '../../src/model/scripted-server.ts'
import { ModelSettings } from '../../src/schema/config.ts'

/** The wire to the scripted server, with nothing between: each question is one request. */
export async function wireModels(script: Script) {
  const server = await startScriptedServer(script)
  const settings = ModelSettings.parse({ provider: 'openai', model: 'm', baseURL: server.baseURL })
  const connection = createConnection(settings, { env: { OPENAI_API_KEY: 'k' } })
  const questions: Question<unknown>[] = []
  const ask: ModelHost['ask'] = async (question) => {
    questions.push(question)
    const { messages, parameters, schemaName, sample } = question
    const schema = z.toJSONSchema(question.schema)
    const exchange = await connection.send({ messages, parameters, schema, schemaName, sample })
    if (exchange.outcome === 'failed') {
      throw new UserFacingError(exchange.fault.code, exchange.fault.sentence)
    }
    const read = readAnswer(exchange.text, question.schema)
    if (!read.ok) throw new UserFacingError('answer-invalid', read.problem)
    return read.value
  }
  return {
    models: { ask },
    questions,
    requests: server.requests,
    async [Symbol.asyncDispose]() {
      await connection[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
