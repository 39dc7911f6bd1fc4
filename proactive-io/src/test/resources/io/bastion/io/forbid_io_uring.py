"""Runs a command in which the system calls of io_uring (425 to 427) fail with an errno: ERRNO COMMAND..."""
import ctypes
import os
import struct
import sys

RETURN_ERRNO, ALLOW = 0x00050000, 0x7FFF0000
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2

program = b"".join(
    struct.pack("HBBI", *instruction)
    for instruction in (
        (0x20, 0, 0, 0),  # load the number of the system call
        (0x35, 0, 2, 425),  # below 425: allow
        (0x25, 1, 0, 427),  # above 427: allow
        (0x06, 0, 0, RETURN_ERRNO | int(sys.argv[1])),
        (0x06, 0, 0, ALLOW),
    )
)
memory = ctypes.create_string_buffer(program)
filter_program = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(memory))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter_program):
    sys.exit("seccomp: " + os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[2], sys.argv[2:])
