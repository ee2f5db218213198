{{/* One driver is in a cluster, so its objects have fixed names. */}}
{{- define "udisk.driver" -}}udisk.csi.ucloud.cn{{- end -}}

{{/* As the closed driver's objects are labelled, so that its selectors and people's commands still work. */}}
{{- define "udisk.selector" -}}
app: csi-udisk
role: {{ . }}
owner: ucloud
{{- end -}}

{{/* What a monitor finds its services by: nothing that changes with a version. */}}
{{- define "udisk.fixedLabels" -}}
app: csi-udisk
owner: ucloud
app.kubernetes.io/name: udisk-csi
{{- end -}}

{{- define "udisk.labels" -}}
{{ include "udisk.fixedLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{/* The registry that takes the place of all others; empty if there is none. */}}
{{- define "udisk.registry" -}}
{{- with .Values.global -}}{{- with .imageRegistry -}}{{ . }}{{- end -}}{{- end -}}
{{- end -}}

{{- define "udisk.image" -}}
{{- $repository := .Values.image.repository -}}
{{- with include "udisk.registry" . -}}
{{- $repository = printf "%s/%s" . (regexReplaceAll "^([^/]*[.:][^/]*|localhost)/" $repository "") -}}
{{- end -}}
{{ $repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ with .Values.image.digest }}@{{ . }}{{ end }}
{{- end -}}

{{/* Another registry has it by its name alone, as scripts/mirror-images puts it there. */}}
{{- define "udisk.kubectlImage" -}}
{{- with include "udisk.registry" . -}}
{{ . }}/{{ $.Values.helmTest.kubectlImage | base }}
{{- else -}}
{{ .Values.helmTest.kubectlImage }}
{{- end -}}
{{- end -}}

{{/* What is there only while `helm test` runs; of these weights the lowest comes first. */}}
{{- define "udisk.hook" -}}
helm.sh/hook: test
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end -}}

{{/* One with a slash is a whole reference and stands for itself. */}}
{{- define "udisk.sidecarImage" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- if contains "/" $image -}}
{{ $image }}
{{- else -}}
{{ include "udisk.registry" $root | default $root.Values.sidecars.registry }}/{{ $image }}
{{- end -}}
{{- end -}}

{{- define "udisk.podAnnotations" -}}
{{- $root := index . 0 -}}
{{- $part := index . 1 -}}
kubectl.kubernetes.io/default-container: csi-udisk
{{- if $root.Values.monitoring.scrapeAnnotations }}
prometheus.io/scrape: "true"
prometheus.io/path: /metrics
prometheus.io/port: {{ int $part.httpPort | quote }}
{{- end }}
{{- with $part.podAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "udisk.dns" -}}
dnsPolicy: {{ .dnsPolicy }}
{{- with .dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "udisk.accountName" -}}
{{- $account := index . 0 -}}
{{ $account.name | default (index . 1) }}
{{- end -}}

{{- define "udisk.kubelet" -}}
{{ .Values.kubeletDir | trimSuffix "/" }}
{{- end -}}

{{/* Whether an optional part is wanted: true, false, or auto, which asks the cluster for its API. */}}
{{- define "udisk.wants" -}}
{{- $value := index . 1 | toString -}}
{{- if or (eq $value "true") (and (eq $value "auto") ((index . 0).Capabilities.APIVersions.Has (index . 2))) -}}yes{{- end -}}
{{- end -}}

{{- define "udisk.snapshots" -}}
{{- include "udisk.wants" (list . .Values.snapshots.enabled "snapshot.storage.k8s.io/v1") -}}
{{- end -}}

{{/* What no schema can say, because it is about several values. */}}
{{- define "udisk.check" -}}
{{- with .Values -}}
{{- if and (eq .credentials.source "secret") (not .credentials.secretName) -}}
{{- fail "credentials.source is secret, so credentials.secretName must name a Secret with the keys public-key and private-key" -}}
{{- end -}}
{{- if and .credentials.secretName (ne .credentials.source "secret") -}}
{{- fail (printf "credentials.secretName is given but credentials.source is %s; set credentials.source=secret" .credentials.source) -}}
{{- end -}}
{{- if and (eq .credentials.source "uk8sconfig") (not .cloud.configMap) -}}
{{- fail "credentials.source is uk8sconfig, so cloud.configMap must name that ConfigMap; else set credentials.source to secret or sts" -}}
{{- end -}}
{{- if and (not .cloud.configMap) (not (and .cloud.region .cloud.clusterId)) -}}
{{- fail "without cloud.configMap both cloud.region and cloud.clusterId must be given" -}}
{{- end -}}
{{- if and .helmTest.enabled (not .admin.enabled) -}}
{{- fail "helmTest.enabled needs admin.enabled, whose role the test reads by" -}}
{{- end -}}
{{- if and .node.hostNetwork .controller.hostNetwork (eq (int .controller.httpPort) (int .node.httpPort)) -}}
{{- fail "controller.hostNetwork needs a controller.httpPort that no node pod has: set controller.httpPort to another one than node.httpPort" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Kubernetes never changes these of a StorageClass. Said before anything else is changed; a rendering without a cluster serves no kinds. */}}
{{- define "udisk.checkClass" -}}
{{- $class := index . 1 -}}
{{- if (index . 0).Capabilities.APIVersions.Has "storage.k8s.io/v1/StorageClass" -}}
{{- with lookup "storage.k8s.io/v1" "StorageClass" "" $class.name -}}
{{- if or (ne (include "udisk.pairs" .parameters) (include "udisk.pairs" $class.parameters)) (ne .reclaimPolicy $class.reclaimPolicy) (ne .volumeBindingMode $class.volumeBindingMode) -}}
{{- fail (printf "the StorageClass %s is there with the parameters %s, reclaimPolicy %s and volumeBindingMode %s, and Kubernetes never changes those: leave the values that it is from as they were and add a class of another name to storageClasses.extra, or set storageClasses.create=false" $class.name (toJson .parameters) .reclaimPolicy .volumeBindingMode) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "udisk.pairs" -}}
{{- range $key, $value := . }}{{ $key }}={{ $value | quote }} {{ end -}}
{{- end -}}

{{- define "udisk.logArgs" -}}
- --log-level={{ .Values.log.level }}
- --log-format={{ .Values.log.format }}
{{- end -}}

{{/* Variables with which OpenTelemetry sends traces; none where nobody takes them. */}}
{{- define "udisk.tracingEnv" -}}
{{- with .Values.tracing.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.node.name=$(KUBE_NODE_NAME)
{{- end }}
{{- end -}}

{{/* One variable out of the ConfigMap of the cluster, unless a value takes its place. */}}
{{- define "udisk.fromConfigMap" -}}
{{- $root := index . 0 -}}
- name: {{ index . 1 }}
  valueFrom:
    configMapKeyRef:
      name: {{ $root.Values.cloud.configMap }}
      key: {{ index . 1 }}
      optional: {{ index . 2 }}
{{- end -}}

{{/* What the controller is told by variables: whatever runs in its container knows so where the cloud is. */}}
{{- define "udisk.controllerEnv" -}}
# Names this process in the lease, also where the pod has its node's name.
- name: HOSTNAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
{{- with .Values.cloud }}
{{- $variables := list
  (list "UCLOUD_REGION_ID" .region false)
  (list "UCLOUD_UK8S_CLUSTER_ID" .clusterId false)
  (list "UCLOUD_PROJECT_ID" .projectId true)
  (list "UCLOUD_API_ENDPOINT" .apiEndpoint true) }}
{{- range $variables }}
{{- if index . 1 }}
- name: {{ index . 0 }}
  value: {{ index . 1 | quote }}
{{- else if $.Values.cloud.configMap }}
{{ include "udisk.fromConfigMap" (list $ (index . 0) (index . 2)) }}
{{- end }}
{{- end }}
{{- with .proxy }}
- name: HTTP_PROXY
  value: {{ . | quote }}
- name: HTTPS_PROXY
  value: {{ . | quote }}
{{- end }}
{{- with .noProxy }}
- name: NO_PROXY
  value: {{ . | quote }}
{{- end }}
{{- if .caBundle.configMap }}
- name: UCLOUD_CA_BUNDLE
  value: /etc/udisk-csi/ca/bundle.pem
{{- end }}
- name: METADATA_URL
  value: {{ .metadataUrl | quote }}
{{- end }}
- name: API_TIMEOUT
  value: {{ .Values.controller.apiTimeout | quote }}
{{- if eq .Values.credentials.source "secret" }}
- name: CREDENTIALS_DIR
  value: /etc/udisk-csi/credentials
{{- end }}
{{- if eq .Values.credentials.source "uk8sconfig" }}
{{- range list "UCLOUD_API_PUBKEY" "UCLOUD_API_PRIKEY" "UCLOUD_ACCESS_PUBKEY" "UCLOUD_ACCESS_PRIKEY" }}
{{ include "udisk.fromConfigMap" (list $ . true) }}
{{- end }}
{{- end }}
{{- end -}}

{{/* What the cloud is asked with: the Secret with the keys, and the ConfigMap with certificates. */}}
{{- define "udisk.cloudMounts" -}}
{{- if eq .Values.credentials.source "secret" }}
# As a whole directory: a file mounted alone would never change with its Secret.
- name: credentials
  mountPath: /etc/udisk-csi/credentials
  readOnly: true
{{- end }}
{{- if .Values.cloud.caBundle.configMap }}
- name: ca-bundle
  mountPath: /etc/udisk-csi/ca
  readOnly: true
{{- end }}
{{- end -}}

{{- define "udisk.cloudVolumes" -}}
{{- if .Values.cloud.caBundle.configMap }}
- name: ca-bundle
  configMap:
    name: {{ .Values.cloud.caBundle.configMap }}
    items:
      - key: {{ .Values.cloud.caBundle.key }}
        path: bundle.pem
{{- end }}
{{- if eq .Values.credentials.source "secret" }}
- name: credentials
  secret:
    secretName: {{ .Values.credentials.secretName }}
    defaultMode: 0440
    items:
      - key: public-key
        path: public-key
      - key: private-key
        path: private-key
{{- end }}
{{- end -}}

{{/* One user for a whole pod: the driver's socket is open to its own user alone. */}}
{{- define "udisk.podUser" -}}
runAsNonRoot: true
runAsUser: {{ int .Values.controller.runAsUser }}
runAsGroup: {{ int .Values.controller.runAsUser }}
fsGroup: {{ int .Values.controller.runAsUser }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* What all sidecars of the controller have in common. */}}
{{- define "udisk.sidecar" -}}
{{- $root := index . 0 -}}
{{- $sidecar := index . 1 -}}
image: {{ include "udisk.sidecarImage" (list $root $sidecar.image) }}
imagePullPolicy: {{ $root.Values.sidecars.pullPolicy }}
{{ include "udisk.sidecarSettings" (list $root $sidecar) }}
volumeMounts:
  - name: socket
    mountPath: /csi
{{- end -}}

{{/* The settings of any sidecar that have a value for all and one for each. */}}
{{- define "udisk.sidecarSettings" -}}
{{- $root := index . 0 -}}
{{- $sidecar := index . 1 -}}
{{- with $sidecar.env -}}
env:
  {{- toYaml . | nindent 2 }}
{{ end -}}
securityContext:
  {{- if $sidecar.securityContext }}
  {{- toYaml $sidecar.securityContext | nindent 2 }}
  {{- else }}
  {{- include "udisk.locked" $root | nindent 2 }}
  {{- end }}
resources:
  {{- toYaml ($sidecar.resources | default $root.Values.sidecars.resources) | nindent 2 }}
{{- end -}}

{{- define "udisk.sidecarArgs" -}}
{{- $root := index . 0 -}}
{{- $sidecar := index . 1 -}}
- --v={{ int $root.Values.sidecars.verbosity }}
- --csi-address=/csi/csi.sock
- --timeout={{ $sidecar.timeout }}
- --retry-interval-max={{ $sidecar.retryIntervalMax }}
- --kube-api-qps={{ int $root.Values.sidecars.kubeApiQps }}
- --kube-api-burst={{ int $root.Values.sidecars.kubeApiBurst }}
- --leader-election=false
{{- with $sidecar.extraArgs }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Probes of the driver: by files that it writes, since another process may have its port. */}}
{{- define "udisk.probes" -}}
livenessProbe:
  exec:
    command: [/opt/udisk-csi/udisk-csi, alive, /health]
  initialDelaySeconds: 10
  periodSeconds: 20
  timeoutSeconds: 10
readinessProbe:
  exec:
    command: [/opt/udisk-csi/udisk-csi, ready, /health]
  initialDelaySeconds: 3
  periodSeconds: 20
  timeoutSeconds: 10
{{- end -}}

{{/* A container that needs nothing of its host. */}}
{{- define "udisk.locked" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop:
    - ALL
{{- end -}}

{{/* A role of one container of the controller pod, bound to that pod's account. */}}
{{- define "udisk.binding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: {{ index . 1 }}
  labels:
    {{- include "udisk.labels" (index . 0) | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: {{ index . 1 }}
subjects:
  - kind: ServiceAccount
    name: {{ include "udisk.accountName" (list (index . 0).Values.serviceAccounts.controller "udisk-csi-controller") }}
    namespace: {{ (index . 0).Release.Namespace }}
{{- end -}}

{{/* The lease that one container of the controller pod elects its leader with. */}}
{{- define "udisk.lease" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ index . 1 }}
  namespace: kube-system
  labels:
    {{- include "udisk.labels" (index . 0) | nindent 4 }}
rules:
  # An object that does not exist yet has no name to be allowed by.
  - apiGroups: [coordination.k8s.io]
    resources: [leases]
    verbs: [create]
  - apiGroups: [coordination.k8s.io]
    resources: [leases]
    resourceNames: [{{ index . 2 }}]
    verbs: [get, update]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ index . 1 }}
  namespace: kube-system
  labels:
    {{- include "udisk.labels" (index . 0) | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ index . 1 }}
subjects:
  - kind: ServiceAccount
    name: {{ include "udisk.accountName" (list (index . 0).Values.serviceAccounts.controller "udisk-csi-controller") }}
    namespace: {{ (index . 0).Release.Namespace }}
{{- end -}}
