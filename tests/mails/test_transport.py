import ssl
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from socket import create_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.mails.transport import MailNotSent, transport_to
from tests.support.mailbox import running_mailbox
from tests.support.processes import free_port


@pytest.fixture
def message() -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = "환불했어요"
    made["From"] = "한빛 상점 <no-reply@checkout.example>"
    made["To"] = "buyer@example.com"
    made["Message-ID"] = "<mail_1@checkout.example>"
    made.set_content("10,000원을 환불했어요.\n")
    return made


def test_a_mail_server_gets_the_message(message: EmailMessage) -> None:
    with running_mailbox() as mailbox:
        transport_to(mailbox.url).send(message)

    (got,) = mailbox.messages
    assert got["Subject"] == "환불했어요"
    assert got["From"] == "한빛 상점 <no-reply@checkout.example>"
    assert got.get_content().splitlines() == ["10,000원을 환불했어요."]


def test_a_folder_gets_a_file_that_can_be_opened(message: EmailMessage, tmp_path: Path) -> None:
    folder = tmp_path / "새 폴더" / "mails"

    for _ in range(2):
        transport_to(f"file://{folder}").send(message)

    (file,) = folder.iterdir()
    assert file.name == "mail_1.eml"
    assert message_from_bytes(file.read_bytes(), policy=default)["Subject"] == "환불했어요"


def test_a_folder_that_cannot_be_written_is_tried_again(message: EmailMessage, tmp_path: Path) -> None:
    (tmp_path / "mails").write_text("a file where the folder should be")

    with pytest.raises(MailNotSent) as refused:
        transport_to(f"file://{tmp_path / 'mails'}").send(message)

    assert not refused.value.for_good


@pytest.mark.parametrize(("answer", "for_good"), [("550 no such user", True), ("450 try later", False)])
def test_a_refused_recipient_is_told_from_one_who_is_not_there_now(
    message: EmailMessage, answer: str, for_good: bool
) -> None:
    with running_mailbox() as mailbox:
        mailbox.refuse_recipient = answer

        with pytest.raises(MailNotSent) as refused:
            transport_to(mailbox.url).send(message)

    assert refused.value.for_good is for_good
    assert refused.value.error == f"recipient refused: {answer[:3]}"


@pytest.mark.parametrize(("answer", "for_good"), [("554 spam", True), ("451 try later", False)])
def test_a_refused_message_is_told_from_a_server_in_trouble(
    message: EmailMessage, answer: str, for_good: bool
) -> None:
    with running_mailbox() as mailbox:
        mailbox.refuse_message = answer

        with pytest.raises(MailNotSent) as refused:
            transport_to(mailbox.url).send(message)

    assert refused.value.for_good is for_good


def test_a_server_that_is_not_there_is_tried_again(message: EmailMessage) -> None:
    with pytest.raises(MailNotSent) as refused:
        transport_to(f"smtp://127.0.0.1:{free_port()}").send(message)

    assert not refused.value.for_good


def test_a_server_that_hangs_up_is_tried_again(message: EmailMessage) -> None:
    with create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: listener.accept()[0].close())
        thread.start()

        with pytest.raises(MailNotSent) as refused:
            transport_to(f"smtp://127.0.0.1:{listener.getsockname()[1]}").send(message)
        thread.join()

    assert not refused.value.for_good


def test_a_password_never_goes_in_clear(message: EmailMessage) -> None:
    with running_mailbox() as mailbox:
        url = mailbox.url.replace("smtp://", "smtp://user:secret%2Fword@")

        with pytest.raises(MailNotSent) as refused:
            transport_to(url).send(message)

    assert mailbox.messages == []
    assert "secret" not in refused.value.error


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(
    message: EmailMessage, tmp_path: Path
) -> None:
    with running_mailbox(tls_context=_tls_of_nobody(tmp_path)) as mailbox, pytest.raises(MailNotSent):
        transport_to(mailbox.url).send(message)

    assert mailbox.messages == []


def _tls_of_nobody(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
        + certificate.public_bytes(encoding)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
