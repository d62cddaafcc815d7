/** Makes a credential of `type`, or changes the one named by `id`, without leaving where one is. */
export function CredentialModal(_: {
  type?: string;
  id?: string;
  projectId?: string;
  onClose: () => void;
  onSaved?: (credential: { id: string; name: string; type: string }) => void;
}) {
  return null;
}
