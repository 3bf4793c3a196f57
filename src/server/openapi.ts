import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { served } from './implementer.ts'
import { Issue } from '../schema/issue.ts'
import { Verdict } from '../schema/verdict.ts'
import { DocumentEntry, ReviewedIssue, ReviewEntry } from '../schema/workplace.ts'

/** The contract as OpenAPI 3.1, made once. */
export async function describeApi(version: string): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = await generator.generate(served, {
    info: {
      title: 'Proofloop',
      version,
      description:
        'Send an API key as `Authorization: Bearer …`, or the session cookie of the page. Times are milliseconds since 1970 (UTC), offsets UTF-16 code units.',
    },
    servers: [{ url: '/api' }],
    security: [{ key: [] }, { session: [] }],
    commonSchemas: {
      Issue: { schema: Issue },
      Verdict: { schema: Verdict },
      ReviewedIssue: { schema: ReviewedIssue },
      ReviewEntry: { schema: ReviewEntry },
      DocumentEntry: { schema: DocumentEntry },
    },
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'proofloop.session_token' },
      },
    },
  })
  for (const { operation } of operationsOf(document)) leaveOnlyMultipart(operation)
  return document
}

const methods = ['get', 'post', 'put', 'delete'] as const

export function operationsOf(document: OpenAPI.Document) {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item?.[method]
      return operation === undefined ? [] : [{ method, path, operation }]
    }),
  )
}

/** A file cannot be sent as JSON. */
function leaveOnlyMultipart({ requestBody }: OpenAPI.OperationObject): void {
  if (requestBody === undefined || '$ref' in requestBody) return
  if ('multipart/form-data' in requestBody.content) delete requestBody.content['application/json']
}
