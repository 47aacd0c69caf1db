// Opens the tab for this reader, before anything is painted: by the address, else by an earlier choice, else by the
// device. An iPad that says it is a Mac has a touch screen; a Mac does not tell its version: the newest. It runs in
// the oldest browsers that the tabs are for. guide.js keeps the choice.
!function(d,n,h){
  var chosen,
    u=n.userAgent,
    radios=[].slice.call(d.currentScript.parentNode.children).filter(function(e){return e.type=="radio"}),
    on=/iP(hone|ad|od)/.test(u)?"iphone":/Mac/.test(u)?n.maxTouchPoints?"iphone":"mac":"web",
    m=on!="mac"&&/OS (\d+_?\d*)/.exec(u),
    v=m?+m[1].replace("_","."):99;
  function first(test){chosen=chosen||radios.filter(test)[0]}
  first(function(e){return e.id==h});
  try{JSON.parse(localStorage["guide:tabs"]).forEach(function(tab){first(function(e){return e.dataset.tab==tab})})}
  catch(e){}
  first(function(e){e=e.dataset.on.split(" ");return e[0]==on&&!(e[1]>v)});
  if(chosen)chosen.checked=!0
}(document,navigator,location.hash.slice(1))
