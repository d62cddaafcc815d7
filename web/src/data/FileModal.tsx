import { Alert, Button, Center, Loader, Modal, Text } from "@mantine/core";
import { Download } from "lucide-react";
import { useEffect, useState } from "react";
import { messageOf } from "@/api/problems";
import classes from "./data.module.css";
import { saveFile, useFileBytes } from "./fileBytes";
import { type ItemFile, MOST_PREVIEWED_BYTES, previewOf } from "./files";
import type { RunOutput } from "./items";
import { TEXTS } from "./texts";

/** More characters than this make the browser slow. */
const MOST = 200_000;

/** A file as far as a browser can show it without running anything of it; what it cannot show is downloaded. */
export function FileModal({ file, source, onClose }: { file: ItemFile; source: RunOutput; onClose: () => void }) {
  const preview = previewOf(file.mimeType);
  const small = (file.bytes ?? 0) <= MOST_PREVIEWED_BYTES;
  const bytes = useFileBytes(source, file, preview !== "none" && small);
  return (
    <Modal opened onClose={onClose} size="xl" title={file.name}>
      {preview === "none" || !small ? (
        <Text size="sm" c="dimmed">
          {small ? TEXTS.noPreview : TEXTS.tooLargeToPreview}
        </Text>
      ) : bytes.isError ? (
        <Alert color="red">{messageOf(bytes.error)}</Alert>
      ) : bytes.data === undefined ? (
        <Center py="xl">
          <Loader size="sm" aria-label="Loading" />
        </Center>
      ) : preview === "image" ? (
        <Picture bytes={bytes.data} file={file} />
      ) : (
        <FileText bytes={bytes.data} />
      )}
      <Button
        mt="md"
        variant="default"
        leftSection={<Download size={15} />}
        onClick={() => void saveFile(source, file)}
      >
        {TEXTS.download}
      </Button>
    </Modal>
  );
}

function Picture({ bytes, file }: { bytes: Blob; file: ItemFile }) {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    // Only kinds of pictures that run nothing come here; the type is ours to give, the server says "bytes".
    const made = URL.createObjectURL(new Blob([bytes], { type: file.mimeType }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [bytes, file.mimeType]);
  return address === null ? null : <img className={classes.picture} src={address} alt={file.name} />;
}

function FileText({ bytes }: { bytes: Blob }) {
  const [text, setText] = useState("");
  useEffect(() => {
    let gone = false;
    void bytes
      .slice(0, MOST)
      .text()
      .then((read) => {
        if (!gone) setText(read);
      });
    return () => {
      gone = true;
    };
  }, [bytes]);
  return (
    <>
      <pre className={classes.whole}>{text}</pre>
      {bytes.size > MOST && (
        <Text size="xs" c="dimmed">
          {TEXTS.cutFile}
        </Text>
      )}
    </>
  );
}
