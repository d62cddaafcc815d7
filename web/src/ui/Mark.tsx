/** The mark of Headrace: water let through a gate. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0b7285" />
      <path
        d="M7 9v14M25 9v14M7 13c4-3 6 3 9 0s5 3 9 0M7 19c4-3 6 3 9 0s5 3 9 0"
        fill="none"
        stroke="#e3fafc"
        strokeWidth="2.4"
        strokeLinecap="round"
      />
    </svg>
  );
}
