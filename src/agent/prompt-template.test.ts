import { expect, test } from 'vitest'
import { compileTemplate } from './prompt-template.ts'

const variables = ['guidelines', 'paragraphs', 'type']
const values = { guidelines: 'Be kind.', paragraphs: '[0] One.', type: 'Promise' }

function render(text: string, own: Record<string, string> = values): string {
  return compileTemplate({ text, file: 'asks/agent.prompty', firstLine: 4 }, variables).render(own)
}

test.each([
  ['{{ type }}s: {{guidelines}}', 'Promises: Be kind.'],
  ['{% if type == "Promise" %}yes{% elif type %}other{% else %}no{% endif %}', 'yes'],
  ['{% for i in ["a", "b"] %}{{ loop.index }}{{ i }} {% endfor %}', '1a 2b '],
  ['{% set kind = type | lower %}{{ kind | capitalize }}{# a note #}!', 'Promise!'],
  ['{{ ["a", "b"] | join(", ") }} {{ type | replace("m", "n") | length }}', 'a, b 7'],
  ['{{ "<b>" }} {{ {"a": [1, 2]} | tojson(indent=2) }}', '<b> {\n  "a": [\n    1,\n    2\n  ]\n}'],
  ['a\n{%- if true -%}\n b{% endif %}\n  c', 'ab\n  c'],
  ['{{ type.strip() ~ "." }} {% if x is defined and x %}x{% endif %}', 'Promise. '],
])('%s renders as Jinja has it', (text, rendered) => {
  const known = [...variables, 'x']
  const template = compileTemplate({ text, file: 'agent.prompty', firstLine: 1 }, known)
  expect(template.render(values)).toBe(rendered)
})

test('a value is text, whatever stands in it', () => {
  expect(render('{{ paragraphs }}', { ...values, paragraphs: '{{ 1 }} {% raw %}' })).toBe(
    '{{ 1 }} {% raw %}',
  )
})

// Each would run code, read a file, or use up time or memory in an engine that lets it.
const doubling = '{% set x = x ~ x %}'.repeat(40)
const doublingList = '{% set x = [x, x] %}'.repeat(40)
const ten = '[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]'
const nestedLoops = `{% for a in ${ten} %}`.repeat(9) + '{% endfor %}'.repeat(9)

test.each([
  [
    'a constructor',
    'Hello\n{{ type.constructor.constructor("return 1")() }}',
    /: a function\(…\) cannot/,
  ],
  ['a constructor by name', '{{ type["constructor"] }}', /:4: constructor is not allowed/],
  ['a prototype', '\n\n{{ type.__proto__ }}', /:6: __proto__ is not allowed/],
  ['an include', '\n{% include "/etc/passwd" %}', /:5: {% include %} is not allowed/],
  ['an import', '{% import "x" as y %}', /:4: {% import %} is not allowed/],
  ['a from import', '{%- from "x" import y %}', /:4: {% from %} is not allowed/],
  ['an extends', '{% extends "base" %}', /:4: {% extends %} is not allowed/],
  [
    'a macro that calls itself',
    '{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}',
    /:4: {% macro %}/,
  ],
  ['a call block', '{% call type() %}x{% endcall %}', /:4: {% call %}/],
  ['a filter block', '{% filter upper %}x{% endfilter %}', /:4: {% filter %}/],
  ['a range of 10^9', '{% for i in range(1000000000) %}x{% endfor %}', /:4: range\(…\) cannot/],
  ['a namespace that holds itself', '{% set n = namespace() %}', /:4: namespace\(…\) cannot/],
  ['a loop of 10^9 in loops', nestedLoops, /: it takes more than 500000 steps/],
  ['a text that doubles', `{% set x = type %}${doubling}`, /: it makes more than 4000000 char/],
  ['a list that doubles', `{% set x = [type] %}${doublingList}{{ x }}`, /: it makes more than 4/],
  ['a text times 10^9', '{{ type * 1000000000 }}', /: Unknown operator "\*"/],
  ['a huge indent', '{{ type | indent(1000000000) }}', /:4: .*filter indent must be a short/],
  ['a JSON indent', '{{ [1] | tojson(indent=1000000000) }}', /:4: .*filter tojson must be a/],
  ['a join by a long text', '{{ guidelines | list | join(paragraphs) }}', /:4: .*filter join must/],
  ['a replace by a long text', '{{ type | replace("", paragraphs) }}', /:4: .*filter replace must/],
  ['a replace by method', '{{ type.replace("", type) }}', /:4: replace\(…\) cannot be called/],
  ['an unknown filter', '{{ type | attr("x") }}', /:4: there is no filter attr/],
  ['brackets without end', `{{ ${'('.repeat(50_000)} }}`, /: it is nested too deeply/],
  ['a very long sum', `{{ 1 ${'+ 1'.repeat(50_000)} }}`, /: it is nested too deeply/],
  ['blanks without end', `{{ type }}${' '.repeat(100_000)}x`, /: it holds 2000 blanks/],
  ['a template without end', 'x'.repeat(300_000), /: it is longer than 256000/],
  ['a misspelt variable', 'Hi\n\n{{ guidlines }}', /:6: there is no guidlines; there are {{ guid/],
  ['an open block', '{% if type %}x', /: a {% … %} is never closed/],
  ['broken syntax', 'Hi\n{{ type | }}', /:5: /],
])('%s is refused with file and line', (_, text, message) => {
  const attempt = (): string => render(text)
  expect(attempt).toThrow(expect.objectContaining({ code: 'prompt-invalid' }))
  expect(attempt).toThrow(message)
  expect(attempt).toThrow(/^asks\/agent\.prompty:/)
})

test('what a template uses is told', () => {
  const text = '{% for type in [1] %}{{ type }}{% endfor %}{{ guidelines }}'
  const { uses } = compileTemplate({ text, file: 'agent.prompty', firstLine: 1 }, variables)
  expect([...uses]).toEqual(['guidelines'])
})
