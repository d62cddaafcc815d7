import { NoteCard } from "./NoteCard";
import { Step } from "./Step";
import { WireEdge } from "./Wire";

export const NODE_TYPES = { step: Step, note: NoteCard };
export const EDGE_TYPES = { wire: WireEdge };
