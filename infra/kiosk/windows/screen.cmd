@rem The browser of the counter on Windows: run at logon of the kiosk account (assigned access does the same; docs/kiosk.md).
@start "" "%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe" --kiosk http://127.0.0.1:8086/ --edge-kiosk-type=fullscreen --inprivate --no-first-run --user-data-dir="%TEMP%\madonavi-screen" --disk-cache-size=1 --disable-features=msEdgeTranslate,Translate
