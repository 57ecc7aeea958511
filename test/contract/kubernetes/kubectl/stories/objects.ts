// SPDX-License-Identifier: GPL-3.0-or-later
/** What stories are about. */
import type { JsonMap } from '../../exchange.ts';

export function widget(name: string, spec: JsonMap = {}, metadata: JsonMap = {}): JsonMap {
  return { apiVersion: 'sample.dev/v1', kind: 'Widget', metadata: { name, ...metadata }, spec: { size: 1, ...spec } };
}

export function configMap(name: string, data: JsonMap, metadata: JsonMap = {}): JsonMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export function list(...items: readonly JsonMap[]): JsonMap {
  return { apiVersion: 'v1', kind: 'List', items: [...items] };
}

/** As text with a comment and an anchor: what people write is YAML. */
export const widgetYaml = `# a widget
apiVersion: sample.dev/v1
kind: Widget
metadata:
  name: yaml
  labels: &labels
    app: one
spec:
  size: 3
  labels: *labels
  parts:
    - name: a
    - name: b
      value: 2
`;
