import type { OpenAPI } from '@orpc/openapi'
import { exampleOf } from './api-example.ts'
import { apiLoop } from './api-loop.ts'
import { operationsOf } from './openapi.ts'

/** The API for people who read: one page without scripts and without anything from elsewhere. */
export function apiPage(document: OpenAPI.Document): string {
  const groups = Map.groupBy(operationsOf(document), ({ operation }) => {
    return (operation.operationId ?? '').split('.')[0] ?? ''
  })
  const { title, version, description = '' } = document.info
  const index = [...groups].map(([name]) => `<a href="#${escape(name)}">${escape(name)}</a>`)
  const schemas = document.components?.schemas
  const sections = [...groups].map(([name, operations]) => sectionOf(name, operations, schemas))
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} API</title><style>${styles}</style></head>
<body><main><h1>${escape(title)} API <small>${escape(version)}</small></h1>
<p>${prose(description)}</p>
<p>The same as OpenAPI 3.1: <a href="/api/openapi.json">/api/openapi.json</a>.</p>
<section id="loop"><h2>From the link to the numbers</h2>
<p>Set <code>PROOFLOOP</code> to the address of this server and <code>LINK</code> to the link that its start printed.</p>
${preOf('commands of the whole loop', apiLoop)}</section>
<nav aria-label="Features">${index.join(' ')}</nav>
${sections.join('\n')}</main></body></html>
`
}

type Described = ReturnType<typeof operationsOf>[number]
type Schemas = OpenAPI.ComponentsObject['schemas']

function sectionOf(name: string, operations: Described[], schemas: Schemas): string {
  const articles = operations.map((operation) => articleOf(operation, schemas)).join('\n')
  return `<section id="${escape(name)}"><h2>${escape(name)}</h2>\n${articles}</section>`
}

function articleOf({ method, path, operation }: Described, schemas: Schemas): string {
  const permission = (operation as { 'x-permission'?: string })['x-permission'] ?? ''
  const parts = [
    `<h3><code>${method.toUpperCase()} ${escape(`/api${path}`)}</code></h3>`,
    `<p>${escape(operation.summary ?? '')}. <span class="permission">${escape(permission)}</span></p>`,
    operation.description === undefined ? '' : `<p>${prose(operation.description)}</p>`,
    parametersOf(operation),
    preOf(
      `curl of ${operation.operationId ?? path}`,
      curlFor({ method, path, operation }, schemas),
    ),
    bodyOf('Body', operation.requestBody),
    ...Object.entries(operation.responses ?? {}).map(([status, response]) =>
      status.startsWith('2') ? bodyOf(`Answer ${status}`, response) : '',
    ),
  ]
  return `<article id="${escape(operation.operationId ?? '')}">${parts.join('\n')}</article>`
}

function parametersOf({ parameters = [] }: OpenAPI.OperationObject): string {
  const rows = parameters.flatMap((parameter) => {
    if ('$ref' in parameter) return []
    const { name, in: place, required, schema } = parameter
    const kind = JSON.stringify(schema ?? {})
    return [
      `<tr><td><code>${escape(name)}</code></td><td>${place}${required ? '' : ', optional'}</td><td><code>${escape(kind)}</code></td></tr>`,
    ]
  })
  return rows.length === 0 ? '' : `<table><tbody>${rows.join('')}</tbody></table>`
}

function bodyOf(
  label: string,
  body: OpenAPI.RequestBodyObject | OpenAPI.ResponseObject | OpenAPI.ReferenceObject | undefined,
): string {
  if (body === undefined || '$ref' in body) return ''
  const entries = Object.entries(body.content ?? {})
  return entries
    .map(([type, { schema }]) => {
      const text = JSON.stringify(schema ?? {}, null, 2)
      return `<details><summary>${escape(label)}: ${escape(type)}</summary>${preOf(`${label} as ${type}`, text)}</details>`
    })
    .join('')
}

/** Lines may be longer than the window; who has no mouse scrolls what has the focus. */
function preOf(name: string, text: string): string {
  return `<pre tabindex="0" role="group" aria-label="${escape(name)}">${escape(text)}</pre>`
}

function curlFor({ method, path, operation }: Described, schemas: Schemas): string {
  const { requestBody } = operation
  const url = `"$PROOFLOOP/api${path}"`
  const key = '-H "Authorization: Bearer $PROOFLOOP_KEY"'
  const verb = method === 'get' ? '' : `-X ${method.toUpperCase()} `
  if (requestBody === undefined || '$ref' in requestBody) return `curl ${verb}${key} ${url}`
  const json = requestBody.content['application/json']
  const body =
    json === undefined
      ? '-F file=@report.pdf'
      : `-H 'Content-Type: application/json' -d '${JSON.stringify(exampleOf(json.schema, schemas))}'`
  return `curl ${verb}${key} ${body} ${url}`
}

/** Names between backticks are code. */
function prose(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

const styles = `
:root{color-scheme:light dark;background:light-dark(#fff,#1b1b1b);color:light-dark(#111,#eee);font:15px/1.5 system-ui,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem}
nav a{margin-right:1rem}
article{border-top:1px solid color-mix(in srgb,currentColor 20%,transparent);padding:.5rem 0}
h3{margin:.5rem 0}
pre{overflow:auto;padding:.6rem;background:color-mix(in srgb,currentColor 7%,transparent)}
summary{padding:.2rem 0;cursor:pointer}
.permission{font-family:ui-monospace,monospace;opacity:.75}
table{border-collapse:collapse}td{padding:.1rem .8rem .1rem 0;vertical-align:top;overflow-wrap:anywhere}
`
