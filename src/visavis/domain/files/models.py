"""Tables of the stored bytes."""

from django.db import models


class StoredFile(models.Model):
    """One row is one content, known by its digest; two uploads of the same bytes are one row."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    stored_at = models.DateTimeField()

    class Meta:
        """The type is sniffed from the bytes, never believed from the sender."""

        app_label = "domain"

    def __str__(self) -> str:
        return f"{self.media_type}, {self.size} bytes"


class FileChunk(models.Model):
    """One row is one piece of a stored file."""

    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        """Pieces are read in order, one at a time, so that memory stays bounded."""

        app_label = "domain"
        constraints = (models.UniqueConstraint(fields=["file", "number"], name="file_chunk_once"),)

    def __str__(self) -> str:
        return f"chunk {self.number}"
