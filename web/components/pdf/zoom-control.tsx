import { ActionIcon, Group, Text } from '@mantine/core'
import { Icon } from '../icon.tsx'
import classes from './pdf-view.module.css'
import type { Zoom } from './use-page-layout.ts'

const steps = [25, 33, 50, 67, 80, 100, 125, 150, 200, 300, 400]
const startPercent = 100

type ZoomStep = 'in' | 'out' | 'width'

export function nextZoom(zoom: Zoom, by: ZoomStep): Zoom {
  if (by === 'width') return 'width'
  const now = zoom === 'width' ? startPercent : zoom
  if (by === 'in') return steps.find((step) => step > now) ?? now
  return steps.findLast((step) => step < now) ?? now
}

type Props = { zoom: Zoom; onZoom: (zoom: Zoom) => void }

export function ZoomControl({ zoom, onZoom }: Props) {
  const change = (by: ZoomStep) => () => onZoom(nextZoom(zoom, by))
  return (
    <Group gap={2} className={classes.zoom} role="group" aria-label="Size of the pages">
      <ZoomButton label="Smaller" icon="smaller" onClick={change('out')} />
      <Text size="xs" w={44} ta="center" aria-live="polite">
        {zoom === 'width' ? 'Width' : `${zoom}%`}
      </Text>
      <ZoomButton label="Larger" icon="larger" onClick={change('in')} />
      <ZoomButton label="As wide as the pane" icon="width" onClick={change('width')} />
    </Group>
  )
}

type ButtonProps = { label: string; icon: 'smaller' | 'larger' | 'width'; onClick: () => void }

function ZoomButton({ label, icon, onClick }: ButtonProps) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </ActionIcon>
  )
}
