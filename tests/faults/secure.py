"""Certificates that are good now and in the past only, and who serves them."""
import os
import ssl
import subprocess
from datetime import datetime, timedelta, timezone

CONFIG = """\
[ca]
default_ca=d
[d]
database=index.txt
new_certs_dir=.
rand_serial=yes
default_md=sha256
policy=p
unique_subject=no
[p]
commonName=supplied
"""
ABOVE = "basicConstraints=critical,CA:true\n"
PLACES = "basicConstraints=CA:false\nsubjectAltName=IP:127.0.0.1\n"


def openssl(folder, *words):
    subprocess.run(["openssl", *words], cwd=folder, check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def stamp(days):
    time = datetime.now(timezone.utc) + timedelta(days=days)
    return time.strftime("%Y%m%d%H%M%SZ")


def authority(folder):
    os.makedirs(folder)
    for name, text in (("ca.conf", CONFIG), ("here.ext", PLACES),
                       ("above.ext", ABOVE), ("index.txt", "")):
        with open(f"{folder}/{name}", "w", encoding="utf-8") as out:
            out.write(text)
    sign(folder, "ca", "above.ext", "19900101000000Z", "20991231000000Z",
         "-selfsign")
    return f"{folder}/ca.pem"


def sign(folder, name, extensions, begin, end, *how):
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", f"{name}.key",
            "-out", f"{name}.csr", "-subj", f"/CN={name}")
    openssl(folder, "ca", "-batch", "-notext", "-config", "ca.conf",
            "-keyfile", "ca.key", "-extfile", extensions, "-startdate", begin,
            "-enddate", end, "-in", f"{name}.csr", "-out", f"{name}.pem",
            *(how or ("-cert", "ca.pem")))


def context(folder, name, begin, end):
    """Of a server whose certificate is valid between these days from now."""
    sign(folder, name, "here.ext", stamp(begin), stamp(end))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(f"{folder}/{name}.pem", f"{folder}/{name}.key")
    return made
