/*
 * Runs in a written report. Without it all mistakes are visible and there is no filter. It is short so
 * that it can be read here: it only hides items and never makes markup.
 */
'use strict'
{
  const form = document.getElementById('filter')
  const items = [...document.querySelectorAll('li[data-kind]')]
  const byId = (id) => document.getElementById(id)
  let texts
  const textOf = (index) => {
    texts ??= items.map((item) => item.textContent.toLowerCase().replace(/\s+/g, ' '))
    return texts[index]
  }
  const apply = () => {
    const [kind, type, origin] = ['kind', 'type', 'document'].map((id) => byId(id).value)
    const text = byId('text').value.trim().toLowerCase().replace(/\s+/g, ' ')
    let shown = 0
    items.forEach((item, index) => {
      const { dataset } = item
      const matches =
        (kind === '' || dataset.kind === kind) &&
        (type === '' || dataset.detected === type || dataset.truth === type) &&
        (origin === '' || dataset.document === origin) &&
        (text === '' || textOf(index).includes(text))
      item.hidden = !matches
      if (matches) shown += 1
    })
    const noun = items.length === 1 ? ' mistake' : ' mistakes'
    byId('shown').textContent = (shown < items.length ? shown + ' of ' : '') + items.length + noun
    byId('none-match').hidden = shown > 0
  }
  if (form) {
    let waiting
    const soon = () => {
      clearTimeout(waiting)
      waiting = setTimeout(apply, 120)
    }
    form.hidden = false
    form.addEventListener('change', apply)
    form.addEventListener('input', soon)
    form.addEventListener('reset', soon)
    form.addEventListener('submit', (event) => event.preventDefault())
    apply()
  }
}
