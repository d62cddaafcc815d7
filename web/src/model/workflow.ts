/**
 * What is drawn, in the shape in which it is stored and exchanged: n8n's workflow JSON.
 *
 * Everything here is immutable: a change makes a new object and shares what did not change, so that undo keeps
 * snapshots cheaply and React sees what moved. Keys that are not known are kept as they came.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Pixels on the canvas: the node's upper left corner. */
export type Position = readonly [x: number, y: number];

export interface CredentialReference {
  readonly id: string | null;
  readonly name: string;
}

export interface WorkflowNode {
  readonly id: string;
  /** Unique in its workflow: connections and expressions refer to it. */
  readonly name: string;
  readonly type: string;
  readonly typeVersion: number;
  readonly position: Position;
  readonly parameters: JsonObject;
  readonly credentials?: Readonly<Record<string, CredentialReference>>;
  readonly disabled?: boolean;
  readonly notes?: string;
  readonly notesInFlow?: boolean;
  readonly alwaysOutputData?: boolean;
  readonly executeOnce?: boolean;
  readonly retryOnFail?: boolean;
  readonly maxTries?: number;
  /** Milliseconds. */
  readonly waitBetweenTries?: number;
  readonly onError?: "stopWorkflow" | "continueRegularOutput" | "continueErrorOutput";
  readonly webhookId?: string;
  readonly [unknown: string]: unknown;
}

/** "main" carries items; the "ai_…" kinds hang a sub-node below its root. */
export type ConnectionKind = string;

export interface Target {
  readonly node: string;
  readonly type: ConnectionKind;
  /** The input, from 0. */
  readonly index: number;
}

/** By source node, kind, and output: where its items go. An output without a wire may be null, as n8n writes it. */
export type Connections = Readonly<
  Record<string, Readonly<Record<ConnectionKind, readonly (readonly Target[] | null)[]>>>
>;

export interface WorkflowSettings {
  readonly executionOrder?: "v0" | "v1";
  readonly errorWorkflow?: string;
  readonly timezone?: string;
  readonly callerPolicy?: string;
  readonly saveDataSuccessExecution?: "all" | "none";
  readonly saveDataErrorExecution?: "all" | "none";
  readonly saveManualExecutions?: boolean;
  /** Seconds; -1 is none. */
  readonly executionTimeout?: number;
  readonly [unknown: string]: unknown;
}

export interface Item {
  readonly json: JsonObject;
  readonly binary?: Readonly<Record<string, JsonObject>>;
  readonly pairedItem?: Json;
  readonly error?: Json;
}

export interface Workflow {
  readonly name: string;
  readonly nodes: readonly WorkflowNode[];
  readonly connections: Connections;
  readonly settings: WorkflowSettings;
  readonly pinData?: Readonly<Record<string, readonly Item[]>>;
  readonly meta?: JsonObject;
  readonly [unknown: string]: unknown;
}

export const STICKY_NOTE = "n8n-nodes-base.stickyNote";

export const EMPTY: Workflow = { name: "My workflow", nodes: [], connections: {}, settings: { executionOrder: "v1" } };
