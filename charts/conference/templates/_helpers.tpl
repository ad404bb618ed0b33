{{- define "conference.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}
{{- end }}

{{- define "conference.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: conference
{{- end }}

{{/* What selects the pods of one part: (list $ "silo") */}}
{{- define "conference.selector" -}}
app.kubernetes.io/name: conference-{{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
{{- end }}

{{- define "conference.allLabels" -}}
{{ include "conference.labels" (index . 0) }}
{{ include "conference.selector" . }}
{{- end }}

{{- define "conference.image" -}}
{{- $root := index . 0 -}}
{{ $root.Values.image.registry }}/conference-{{ index . 1 }}:{{ default $root.Chart.AppVersion $root.Values.image.tag }}
{{- end }}

{{- define "conference.secretName" -}}
{{ default (include "conference.fullname" .) .Values.secrets.existing }}
{{- end }}

{{- define "conference.databaseSecret" -}}
{{ default (printf "%s-database" (include "conference.fullname" .)) .Values.database.existingSecret }}
{{- end }}

{{- define "conference.siloUrl" -}}
http://{{ include "conference.fullname" . }}-silo.{{ .Release.Namespace }}.svc:8090
{{- end }}

{{- define "conference.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* Every pod of ours: nobody in particular, no privileges. */}}
{{- define "conference.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 1654
  runAsGroup: 1654
  fsGroup: 1654
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "conference.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* Probes: (list port readiness-path). Liveness knows nothing of other services. */}}
{{- define "conference.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: {{ index . 0 }}}
  periodSeconds: 1
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /healthz, port: {{ index . 0 }}}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: {path: {{ index . 1 }}, port: {{ index . 0 }}}
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: 3
{{- end }}

{{- define "conference.placement" -}}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "conference.env.secret" -}}
- name: CONFERENCE_SECRET
  valueFrom: {secretKeyRef: {name: {{ include "conference.secretName" . }}, key: secret}}
{{- end }}

{{- define "conference.env.database" -}}
- name: CONFERENCE_DATABASE
  valueFrom: {secretKeyRef: {name: {{ include "conference.databaseSecret" . }}, key: {{ ternary .Values.database.existingSecretKey "url" (ne .Values.database.existingSecret "") }}}}
{{- end }}

{{/* Where traces go, for every service; a list, empty where nothing is traced. */}}
{{- define "conference.env.tracing" -}}
{{- with .Values.tracing }}
{{- if .endpoint }}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .endpoint | quote }}}
- {name: OTEL_EXPORTER_OTLP_PROTOCOL, value: {{ .protocol }}}
- {name: OTEL_TRACES_SAMPLER_ARG, value: {{ .share | quote }}}
{{- end }}
{{- end }}
{{- end }}

{{- define "conference.siloImage" -}}
{{ include "conference.image" (list . (eq .Values.silo.flavour "orleans" | ternary "silo-orleans" "silo")) }}
{{- end }}

{{/* PodDisruptionBudget of this cluster. */}}
{{- define "conference.pdbVersion" -}}
{{ .Capabilities.APIVersions.Has "policy/v1/PodDisruptionBudget" | ternary "policy/v1" (semverCompare ">=1.21-0" .Capabilities.KubeVersion.Version | ternary "policy/v1" "policy/v1beta1") }}
{{- end }}

{{/* The Secret that holds turnSecret, which the TURN servers and the silo share. */}}
{{- define "conference.turnSecretName" -}}
{{ default (include "conference.secretName" .) .Values.turn.existingSecret }}
{{- end }}

{{/* TURN servers that share the secret, as URLs with commas between. */}}
{{- define "conference.turnUrls" -}}
{{- $urls := .Values.turn.urls }}
{{- $v := .Values.turn.coturn }}
{{- if $v.enabled }}
{{- $at := printf "%s:%d" (contains ":" $v.externalAddress | ternary (printf "[%s]" $v.externalAddress) $v.externalAddress) (int $v.port) }}
{{- $urls = concat $urls (list (printf "turn:%s?transport=udp" $at) (printf "turn:%s?transport=tcp" $at)) }}
{{- if $v.tls.secretName }}
{{- $urls = append $urls (printf "turns:%s:%d?transport=tcp" (default $v.externalAddress $v.tls.host) (int $v.tls.port)) }}
{{- end }}
{{- end }}
{{- join "," $urls }}
{{- end }}
