"""The reading side of the QR codes: a program for a computer that has no network (マイナンバー利用事務系, design D14).

scanner → collect (parts of messages) → qr.decode (seal, signature, term) → had (each message once) → files for the core system.
"""
