# Installs the kiosk agent on a Windows PC from an unpacked package. Run in an administrator's PowerShell, in the package's folder.
# Needs Python 3.11 or newer (64 bit, for all users) and WinSW beside this file as madonavi-kiosk.exe. See docs/kiosk.md.
#Requires -RunAsAdministrator
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..\..\..')

$program = Join-Path $env:ProgramFiles 'madonavi-kiosk'
$data = Join-Path $env:ProgramData 'madonavi-kiosk'
$service = 'madonavi-kiosk'

if (Get-Service $service -ErrorAction SilentlyContinue) { Stop-Service $service }
New-Item -ItemType Directory -Force $program, $data | Out-Null
Copy-Item -Recurse -Force kiosk_agent, content, docs $program
Copy-Item -Force infra\kiosk\windows\madonavi-kiosk.exe, infra\kiosk\windows\madonavi-kiosk.xml $program

py -3 -m venv (Join-Path $program '.venv')
$python = Join-Path $program '.venv\Scripts\python.exe'
# Windows has ready-built wheels for everything, pyscard too; the hashes are those of the lock file.
& $python -m pip install --quiet --require-hashes --no-deps --only-binary :all: -r infra\kiosk\requirements.txt
if ($LASTEXITCODE -ne 0) { throw 'The packages could not be installed.' }

# 0600 means nothing on Windows: the folder of keys and queue is for the service and administrators alone.
icacls $data /inheritance:r /grant:r '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' '*S-1-5-19:(OI)(CI)M' | Out-Null
if ($LASTEXITCODE -ne 0) { throw 'The rights of the data folder could not be set.' }

# No crash dump of the agent holds a person's data.
$dumps = 'HKLM:\SOFTWARE\Microsoft\Windows\Windows Error Reporting\ExcludedApplications'
New-Item -Force $dumps | Out-Null
Set-ItemProperty $dumps -Name 'python.exe' -Value 1 -Type DWord

$winsw = Join-Path $program 'madonavi-kiosk.exe'
if (-not (Get-Service $service -ErrorAction SilentlyContinue)) { & $winsw install }
& $winsw start
