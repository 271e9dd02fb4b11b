{{ config(materialized='handoff') }}

with

oa_users as (

    {{
        identifier_rows(
            ref('stg_wechat_oa__users'),
            source='wechat_oa_user',
            record="'wechat_oa_user:' || oa_openid",
            rule='oa_profile',
            seen_at='coalesce(followed_at, _exported_at)',
            identifiers=[
                {'namespace': 'wechat_oa_openid', 'column': 'oa_openid', 'strength': 'strong'},
                {'namespace': 'wechat_unionid', 'column': 'unionid', 'strength': 'strong'},
            ]
        )
    }}

),

oa_followers as (

    {{
        identifier_rows(
            ref('stg_wechat_oa__followers'),
            source='wechat_oa_follower',
            record="'wechat_oa_user:' || oa_openid",
            rule='oa_profile',
            seen_at='_exported_at',
            identifiers=[
                {'namespace': 'wechat_oa_openid', 'column': 'oa_openid', 'strength': 'strong'},
            ]
        )
    }}

),

mini_program_logins as (

    {{
        identifier_rows(
            ref('stg_wxapp__logins'),
            source='wxapp_login',
            record="'wxapp_login:' || coalesce(appid || ':', '') || mp_openid",
            rule='mini_program_login',
            seen_at='_exported_at',
            identifiers=[
                {
                    'namespace': 'wechat_mp_openid',
                    'column': 'mp_openid',
                    'strength': 'strong',
                    'scope': "coalesce(appid, '')",
                },
                {'namespace': 'wechat_unionid', 'column': 'unionid', 'strength': 'strong'},
            ]
        )
    }}

),

mini_program_phones as (

    {{
        identifier_rows(
            ref('stg_wxapp__phones'),
            source='wxapp_phone',
            record="'wxapp_phone:' || phone || coalesce(':' || mp_openid, '')",
            rule='mini_program_phone',
            seen_at='coalesce(given_at, _exported_at)',
            identifiers=[
                {'namespace': 'phone', 'column': 'phone', 'strength': 'strong'},
                {
                    'namespace': 'wechat_mp_openid',
                    'column': 'mp_openid',
                    'strength': 'strong',
                    'scope': "coalesce(appid, '')",
                },
                {'namespace': 'wechat_unionid', 'column': 'unionid', 'strength': 'strong'},
            ]
        )
    }}

),

final as (

    select * from oa_users
    union all
    select * from oa_followers
    union all
    select * from mini_program_logins
    union all
    select * from mini_program_phones

)

select * from final
