export const STATUSES = [
  { value: "success", label: "Succeeded" },
  { value: "error", label: "Failed" },
  { value: "running", label: "Running" },
  { value: "waiting", label: "Waiting" },
  { value: "canceled", label: "Canceled" },
  { value: "new", label: "Queued" },
];

export const MODES = [
  { value: "manual", label: "By hand" },
  { value: "trigger", label: "By the clock" },
  { value: "webhook", label: "By a call" },
  { value: "integrated", label: "By a workflow" },
  { value: "error", label: "After a failure" },
  { value: "retry", label: "As a retry" },
];
